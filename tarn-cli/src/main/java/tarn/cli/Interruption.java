package tarn.cli;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What happens on Ctrl-C or when the process is asked to end: running queries are cancelled, so
 * that the command ends by itself with its transactions rolled back.
 */
final class Interruption {
  /** Longer than any rollback; whoever takes longer is ended, which leaves the lake whole too. */
  private static final long PATIENCE_SECONDS = 10;

  private static final List<Runnable> CANCELLATIONS = new CopyOnWriteArrayList<>();
  private static volatile boolean requested;

  private Interruption() {}

  /** Has {@code cancel} called, from another thread, when the command is interrupted. */
  static void onInterrupt(Runnable cancel) {
    if (Served.COMMAND.isBound()) {
      Served.COMMAND.get().gone().add(cancel);
      return;
    }
    CANCELLATIONS.add(cancel);
    if (requested) {
      cancel.run();
    }
  }

  /** Whether the process is to end. */
  static boolean isRequested() {
    return requested;
  }

  /**
   * Listens for the process's end.
   *
   * @param ended the exit code of the command when it has ended by itself
   */
  static void listen(CompletableFuture<Integer> ended) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(ended), "interruption"));
  }

  private static void end(CompletableFuture<Integer> ended) {
    if (ended.isDone()) {
      return;
    }
    requested = true;
    // The JVM would end with another code for each signal; a script knows one for all of them.
    Runtime.getRuntime().halt(codeAfterCancelling(ended));
  }

  private static int codeAfterCancelling(CompletableFuture<Integer> ended) {
    for (long waited = 0; waited < PATIENCE_SECONDS; waited++) {
      // A statement may have started after the last time.
      CANCELLATIONS.forEach(Interruption::runQuietly);
      try {
        return ended.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        // It is still rolling back.
      } catch (InterruptedException | ExecutionException e) {
        break;
      }
    }
    return ExitCode.INTERRUPTED.number();
  }

  private static void runQuietly(Runnable cancel) {
    try {
      cancel.run();
    } catch (RuntimeException e) {
      // The session has been closed: there is nothing left to cancel.
    }
  }
}
