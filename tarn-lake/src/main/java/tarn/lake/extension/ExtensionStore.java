package tarn.lake.extension;

import java.nio.file.Path;
import tarn.lake.Session;

/** The folder in which the engine finds its extensions, as the engine itself lays it out. */
public final class ExtensionStore {
  private final Path folder;

  public ExtensionStore(Path folder) {
    this.folder = folder;
  }

  public Path folder() {
    return folder;
  }

  /** Loads an extension into the engine; its signature is checked by the engine. */
  public void load(Session session, String name) {
    session.execute("LOAD " + name);
  }
}
