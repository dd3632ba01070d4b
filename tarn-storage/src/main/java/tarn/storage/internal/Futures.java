package tarn.storage.internal;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What a task on another thread brought or threw, here. */
public final class Futures {
  private Futures() {}

  /** Waits; an interruption ends the task too. */
  public static <T> T join(Request request, Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw Interruption.during(request);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }
  }
}
