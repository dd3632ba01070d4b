package tarn.storage;

import java.io.InputStream;

/**
 * An object's bytes, and which version of it they are from. Its reading methods throw {@link
 * tarn.base.TarnException} where other streams throw {@link java.io.IOException}.
 */
public abstract class ObjectInput extends InputStream {

  /** The object that is read; its size is the whole object's, not the range's. */
  public abstract StoredObject object();

  @Override
  public abstract void close();
}
