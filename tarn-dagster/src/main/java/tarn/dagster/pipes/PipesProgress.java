package tarn.dagster.pipes;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tarn.assets.AssetKey;
import tarn.dagster.pipes.PipesSession.Level;

/** Tells Dagster now and then how far the assets at work are. */
public final class PipesProgress implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("pipes-progress").daemon().factory());

  private PipesProgress() {}

  /** Starts to tell, until it is closed. */
  public static PipesProgress start(
      PipesSession session, Supplier<Map<AssetKey, Double>> progress) {
    PipesProgress started = new PipesProgress();
    var _ =
        started.clock.scheduleWithFixedDelay(
            () -> {
              Map<AssetKey, Double> now = progress.get();
              if (!now.isEmpty()) {
                session.log(Level.DEBUG, line(now));
              }
            },
            PAUSE.toMillis(),
            PAUSE.toMillis(),
            TimeUnit.MILLISECONDS);
    return started;
  }

  static String line(Map<AssetKey, Double> progress) {
    return progress.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> String.format(Locale.ROOT, "%s %.0f %%", each.getKey(), each.getValue() * 100))
        .collect(Collectors.joining(", "));
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
