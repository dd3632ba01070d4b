package tarn.storage.internal;

import java.nio.channels.ClosedByInterruptException;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** A thread that is told to stop waits for no store. */
public final class Interruption {
  private Interruption() {}

  /**
   * A client that stops waiting for a store interrupts itself too: that is a timeout, and may pass.
   */
  static boolean isBehind(Throwable failure) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each.getClass().getSimpleName().contains("Timeout")) {
        return interrupted;
      }
      interrupted |=
          each instanceof InterruptedException || each instanceof ClosedByInterruptException;
    }
    return interrupted;
  }

  /** The error to throw; the thread stays marked as interrupted. */
  public static TarnException during(Request request) {
    Thread.currentThread().interrupt();
    return new TarnException(
        ErrorCode.INTERRUPTED,
        "Interrupted while " + request.text() + ".",
        "Run it again.",
        request.operation().mayHaveHappened() ? Effect.OUTCOME_UNKNOWN : Effect.NOTHING_WRITTEN,
        null);
  }
}
