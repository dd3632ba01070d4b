package tarn.storage;

import java.time.Duration;
import java.util.Optional;
import tarn.base.ErrorCode;

/** Hears of the requests that this process makes of stores. Called by many threads. */
@FunctionalInterface
public interface StoreListener {
  void ended(StoreRequest request);

  /**
   * A request that has ended.
   *
   * @param backend {@code folder}, {@code s3} or {@code azure}
   * @param attempts how often it was sent, at least 1
   * @param duration with the pauses between the attempts
   * @param failure what it failed with in the end
   */
  record StoreRequest(
      String backend,
      Operation operation,
      int attempts,
      Duration duration,
      Optional<ErrorCode> failure) {}
}
