package tarn.integrity.check;

import java.util.Iterator;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/** Does the same with many things, a few at a time. */
public final class Parallel {
  private Parallel() {}

  /**
   * @param items taken one by one, on the thread that calls, as room for them comes free
   * @param work done on other threads
   * @param results gets what came of each, on the thread that calls, in no order
   */
  public static <T, R> void each(
      Iterator<T> items, int atOnce, Function<T, R> work, Consumer<R> results) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce, Thread.ofPlatform().name("check-", 0).daemon().factory())) {
      try {
        CompletionService<R> completion = new ExecutorCompletionService<>(threads);
        int underWay = 0;
        while (items.hasNext() || underWay > 0) {
          while (underWay < 4 * atOnce && items.hasNext()) {
            T item = items.next();
            completion.submit(() -> work.apply(item));
            underWay++;
          }
          results.accept(completion.take().get());
          underWay--;
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new StoppedException();
      } catch (RuntimeException e) {
        threads.shutdownNow();
        throw e;
      }
    }
  }
}
