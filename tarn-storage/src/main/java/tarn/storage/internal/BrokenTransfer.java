package tarn.storage.internal;

import java.io.IOException;

/** An answer that is not what its own head announced. Asking again may help. */
public final class BrokenTransfer extends IOException {
  public BrokenTransfer(String message) {
    super(message);
  }
}
