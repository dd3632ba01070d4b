package tarn.integrity.check;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** How much may be read and how fast. Used by many threads at once. */
public final class Budget {
  /** In nanoseconds: who stops a check is not kept waiting by a slow rate. */
  private static final long LONGEST_WAIT = 200_000_000;

  private final StopSignal stop;
  private final Optional<Instant> deadline;
  private final Optional<Long> bytes;
  private final Optional<Long> perSecond;
  private final long started = System.nanoTime();
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong spent = new AtomicLong();

  Budget(Optional<Duration> time, Optional<Long> bytes, Optional<Long> perSecond, StopSignal stop) {
    this.stop = stop;
    this.deadline = time.map(Instant.now()::plus);
    this.bytes = bytes;
    this.perSecond = perSecond;
  }

  /** Whether no further file may be begun. */
  public boolean isSpent() {
    return deadline.filter(end -> Instant.now().isAfter(end)).isPresent()
        || bytes.filter(limit -> begun.get() >= limit).isPresent();
  }

  /** Counts a file whose reading is about to begin. */
  public void begin(long size) {
    begun.addAndGet(size);
  }

  /** Counts bytes that were read, and waits when they were read too fast. */
  public void spend(long read) {
    long total = spent.addAndGet(read);
    if (perSecond.isPresent()) {
      long due = started + (long) (total * 1e9 / perSecond.get());
      long early = due - System.nanoTime();
      while (early > 0) {
        stop.check();
        try {
          Thread.sleep(Duration.ofNanos(Math.min(early, LONGEST_WAIT)));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StoppedException();
        }
        early = due - System.nanoTime();
      }
    }
  }

  long spent() {
    return spent.get();
  }
}
