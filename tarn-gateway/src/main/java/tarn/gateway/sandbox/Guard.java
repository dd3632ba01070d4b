package tarn.gateway.sandbox;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;

/** Stops a query that takes too long, or for which nobody waits any more. */
public final class Guard implements AutoCloseable {
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("query guard").unstarted(task));

  private final Session session;
  private final long deadline;
  private final BooleanSupplier awaited;
  private final int seconds;
  private final ScheduledFuture<?> watching;
  private volatile boolean late;

  private Guard(Session session, int seconds, BooleanSupplier awaited) {
    this.session = session;
    this.seconds = seconds;
    this.awaited = awaited;
    this.deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    this.watching = CLOCK.scheduleWithFixedDelay(this::look, 500, 500, TimeUnit.MILLISECONDS);
  }

  public static Guard watch(Session session, int seconds, BooleanSupplier awaited) {
    return new Guard(session, seconds, awaited);
  }

  private void look() {
    late = late || System.nanoTime() > deadline;
    if (late || !awaited.getAsBoolean()) {
      try {
        session.cancel();
      } catch (RuntimeException e) {
        // It has just ended.
      }
    }
  }

  /** What to say of a query that was stopped. */
  public TarnException explain(TarnException error) {
    return late && error.code() == ErrorCode.INTERRUPTED
        ? new TarnException(
            ErrorCode.QUERY_LIMIT,
            "The query ran for more than " + seconds + " s.",
            "Make it smaller.",
            error)
        : error;
  }

  @Override
  public void close() {
    watching.cancel(false);
  }
}
