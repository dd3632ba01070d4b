package tarn.gateway.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a look at the lake has found; the last look stays until the next. */
final class LakeMetrics {
  private final Gauge success;
  private final Gauge limit;
  private final Gauge current;
  private final Gauge failing;
  private final Gauge checks;
  private final Gauge snapshots;
  private final Gauge files;
  private final Gauge bytes;
  private final Gauge smallFiles;
  private final Gauge rows;
  private final Gauge inlinedRows;
  private final Gauge refreshed;
  private final Counter refreshFailures;
  private final Gauge memory;
  private final Gauge memoryLimit;
  private final Gauge spilled;
  private final Gauge threads;
  private volatile List<Refresh.Asset> assets = List.of();

  LakeMetrics(Registration metrics) {
    success =
        metrics.gauge(
            "tarn_asset_last_success_timestamp_seconds",
            "When the asset was last written, by whomever.",
            "asset");
    limit =
        metrics.gauge(
            "tarn_asset_freshness_limit_seconds",
            "How old the asset may be, as it is declared.",
            "asset");
    metrics.gauge(
        "tarn_asset_freshness_lag_seconds",
        "By how much the asset is older than it may be; 0 while it is not.",
        this::lags,
        "asset");
    current =
        metrics.gauge(
            "tarn_asset_current",
            "1 when nothing has changed since the asset was made, 0 otherwise.",
            "asset");
    failing =
        metrics.gauge(
            "tarn_asset_checks_failing", "1 when a blocking check failed the last time.", "asset");
    checks =
        metrics.gauge(
            "tarn_asset_checks",
            "Checks of the asset by how they went the last time: passed, warned, failed.",
            "asset",
            "outcome");
    snapshots = metrics.gauge("tarn_catalog_snapshots", "Snapshots that the catalog keeps.");
    files =
        metrics.gauge(
            "tarn_catalog_files",
            "Files of the lake: live data files, live delete files, historical ones, and those pending deletion.",
            "kind");
    bytes = metrics.gauge("tarn_catalog_bytes", "Bytes of those files.", "kind");
    smallFiles =
        metrics.gauge(
            "tarn_catalog_small_files",
            "Live data files below 10 MB in tables with more than one.");
    rows = metrics.gauge("tarn_catalog_rows", "Rows of all tables.");
    inlinedRows =
        metrics.gauge(
            "tarn_catalog_inlined_rows", "Rows that lie in the catalog itself and in no file.");
    refreshed =
        metrics.gauge(
            "tarn_refresh_timestamp_seconds",
            "When the values of the catalog, the assets, the integrity and the engine were last read.");
    refreshFailures = metrics.counter("tarn_refresh_failures", "How often they could not be read.");
    memory = metrics.gauge("tarn_engine_memory_bytes", "Memory that the station's engine uses.");
    memoryLimit =
        metrics.gauge("tarn_engine_memory_limit_bytes", "Memory that it may use before it spills.");
    spilled = metrics.gauge("tarn_engine_spilled_bytes", "What it has put into its temp folder.");
    threads = metrics.gauge("tarn_engine_threads", "Threads that it may use.");
  }

  private void lags(GaugeWithCallback.Callback callback) {
    Instant now = Instant.now();
    for (Refresh.Asset asset : assets) {
      asset
          .freshness()
          .ifPresent(
              allowed ->
                  asset
                      .last()
                      .ifPresent(last -> callback.call(lag(last, allowed, now), asset.key())));
    }
  }

  private static double lag(Instant last, Duration allowed, Instant now) {
    return Math.max(0, Duration.between(last.plus(allowed), now).toMillis() / 1000.0);
  }

  void refreshed(Refresh.Seen seen) {
    snapshots.set((double) seen.snapshots());
    seen.files().forEach((kind, count) -> files.labelValues(kind).set((double) count));
    seen.bytes().forEach((kind, size) -> bytes.labelValues(kind).set((double) size));
    smallFiles.set((double) seen.smallFiles());
    rows.set((double) seen.rows());
    inlinedRows.set((double) seen.inlinedRows());
    memory.set((double) seen.engine().memory());
    memoryLimit.set((double) seen.engine().memoryLimit());
    spilled.set((double) seen.engine().spilled());
    threads.set((double) seen.engine().threads());
    assets = seen.assets();
    success.clear();
    limit.clear();
    current.clear();
    failing.clear();
    checks.clear();
    for (Refresh.Asset asset : seen.assets()) {
      current.labelValues(asset.key()).set(asset.state().equals("current") ? 1 : 0);
      failing.labelValues(asset.key()).set(asset.state().equals("checks_failed") ? 1 : 0);
      asset.last().ifPresent(time -> success.labelValues(asset.key()).set(seconds(time)));
      asset
          .freshness()
          .ifPresent(allowed -> limit.labelValues(asset.key()).set((double) allowed.toSeconds()));
      asset
          .checks()
          .forEach(
              (outcome, count) -> checks.labelValues(asset.key(), outcome).set((double) count));
    }
    refreshed.set(seconds(Instant.now()));
  }

  void refreshFailed() {
    refreshFailures.inc();
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1000.0;
  }
}
