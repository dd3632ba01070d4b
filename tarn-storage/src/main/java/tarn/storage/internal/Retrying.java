package tarn.storage.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.Patience;
import tarn.storage.StoreListener;
import tarn.storage.StoreListeners;

/**
 * Asks again when a failure may pass, with pauses that double and are shortened by chance. The
 * client libraries' own retries are off: they differ from each other, and cannot say whether a
 * request that failed in the end may have been carried out.
 */
public final class Retrying {
  private final String backend;
  private final Patience patience;
  private final Failures failures;

  /**
   * @param backend as {@link StoreListener} names it
   */
  public Retrying(String backend, Patience patience, Failures failures) {
    this.backend = backend;
    this.patience = patience;
    this.failures = failures;
  }

  /**
   * @throws TarnException when a failure is final, or after the last attempt
   */
  public <T> T call(Request request, Attempt<T> attempt) {
    long start = System.nanoTime();
    AtomicInteger attempts = new AtomicInteger();
    ErrorCode failure = ErrorCode.INTERNAL;
    try {
      T result = persistently(request, attempt, attempts);
      failure = null;
      return result;
    } catch (TarnException e) {
      failure = e.code();
      throw e;
    } finally {
      StoreListeners.tell(
          new StoreListener.StoreRequest(
              backend,
              request.operation(),
              attempts.get(),
              Duration.ofNanos(System.nanoTime() - start),
              Optional.ofNullable(failure)));
    }
  }

  private <T> T persistently(Request request, Attempt<T> attempt, AtomicInteger attempts) {
    for (int number = 1; ; number++) {
      attempts.set(number);
      try {
        return attempt.run();
      } catch (TarnException e) {
        throw e;
      } catch (Exception e) {
        if (Interruption.isBehind(e)) {
          throw Interruption.during(request);
        }
        switch (failures.judge(request, e)) {
          case Verdict.Final(TarnException error) -> throw error;
          case Verdict.Passing(String reason, Optional<Duration> wanted) -> {
            if (number >= patience.attempts()) {
              throw Errors.unreachable(request, reason, number, e);
            }
            pause(request, number, wanted);
          }
        }
      }
    }
  }

  private void pause(Request request, int number, Optional<Duration> wanted) {
    try {
      Thread.sleep(wanted.map(this::bounded).orElseGet(() -> growing(number)));
    } catch (InterruptedException e) {
      throw Interruption.during(request);
    }
  }

  private Duration bounded(Duration wanted) {
    return wanted.compareTo(patience.longestPause()) < 0 ? wanted : patience.longestPause();
  }

  private Duration growing(int number) {
    Duration full = bounded(patience.firstPause().multipliedBy(1L << Math.min(number - 1, 30)));
    long most = Math.max(2, full.toNanos());
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most / 2, most));
  }
}
