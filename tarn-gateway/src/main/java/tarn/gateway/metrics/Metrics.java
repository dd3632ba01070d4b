package tarn.gateway.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tarn.gateway.health.ComponentState;

/**
 * Every metric of the service (docs/reference/metrics.md explains each one). Values are kept by the
 * code that does the work; a scrape only reads them.
 */
public final class Metrics {
  private static final double[] SECONDS = {
    .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Set<String> names =
      new TreeSet<>(
          Set.of(
              "tarn_build_info",
              "tarn_component_up",
              "tarn_http_request_duration_seconds",
              "tarn_ingest_backlog_age_seconds",
              "tarn_ingest_backlog_deliveries"));
  private final Counter requests =
      counter("tarn_http_requests", "Answered requests.", "method", "route", "status");
  private final Histogram durations =
      Histogram.builder()
          .name("tarn_http_request_duration_seconds")
          .help("How long requests took, from their first byte to the answer's last.")
          .labelNames("method", "route")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);
  private final Counter answered =
      counter("tarn_http_response_bytes", "Bytes of answers' bodies.", "route");
  private final Gauge inFlight =
      gauge("tarn_http_requests_in_flight", "Requests that are being worked on.");
  private final Counter queries =
      counter(
          "tarn_queries",
          "Queries by how they ended: ok, cancelled, refused, limited, failed.",
          "outcome");
  private final Counter queryRows = counter("tarn_query_rows", "Rows that queries returned.");
  private final Counter queryBytes =
      counter("tarn_query_bytes", "Bytes of queries' results, as they were sent.");
  private final Counter materializations =
      counter(
          "tarn_materializations",
          "Materializations by the service: written, unchanged, skipped, failed, not_run.",
          "asset",
          "outcome");
  private final Gauge materializationSeconds =
      gauge(
          "tarn_materialization_duration_seconds",
          "How long the last materialization by the service took.",
          "asset");
  private final Gauge materializationRows =
      gauge(
          "tarn_materialization_rows",
          "Rows of the table after the last materialization by the service.",
          "asset");
  private final Counter deliveries =
      counter("tarn_ingest_deliveries", "Deliveries by how they ended: done, failed.", "outcome");
  private final Counter deliveryRows =
      counter("tarn_ingest_rows", "Rows that were landed from deliveries.");
  private final Counter quarantined =
      counter("tarn_ingest_quarantined_rows", "Malformed rows of deliveries.");
  private final Gauge assetSuccess =
      gauge(
          "tarn_asset_last_success_timestamp_seconds",
          "When the asset was last written, by whomever.",
          "asset");
  private final Gauge assetLimit =
      gauge(
          "tarn_asset_freshness_limit_seconds",
          "How old the asset may be, as it is declared.",
          "asset");
  private final Gauge assetCurrent =
      gauge(
          "tarn_asset_current",
          "1 when nothing has changed since the asset was made, 0 otherwise.",
          "asset");
  private final Gauge checksFailing =
      gauge("tarn_asset_checks_failing", "1 when a blocking check failed the last time.", "asset");
  private final Gauge snapshots =
      gauge("tarn_catalog_snapshots", "Snapshots that the catalog keeps.");
  private final Gauge files =
      gauge(
          "tarn_catalog_files",
          "Files of the lake: live data files, live delete files, historical ones, and those pending deletion.",
          "kind");
  private final Gauge bytes = gauge("tarn_catalog_bytes", "Bytes of those files.", "kind");
  private final Gauge smallFiles =
      gauge(
          "tarn_catalog_small_files", "Live data files below 10 MB in tables with more than one.");
  private final Gauge rows = gauge("tarn_catalog_rows", "Rows of all tables.");
  private final Gauge refreshed =
      gauge(
          "tarn_refresh_timestamp_seconds",
          "When the values of the catalog, the assets and the engine were last read.");
  private final Counter refreshFailures =
      counter("tarn_refresh_failures", "How often they could not be read.");
  private final Gauge engineMemory =
      gauge("tarn_engine_memory_bytes", "Memory that the station's engine uses.");
  private final Gauge engineSpilled =
      gauge("tarn_engine_spilled_bytes", "What it has put into its temp folder.");
  private final Gauge engineThreads = gauge("tarn_engine_threads", "Threads that it may use.");
  private final ExpositionFormats formats = ExpositionFormats.init();

  /**
   * @param version of the program
   * @param components the health of the station's parts
   * @param backlog when each delivery came that has not ended
   */
  public Metrics(
      String version,
      Supplier<Map<String, ComponentState>> components,
      Supplier<List<Instant>> backlog) {
    Info.builder()
        .name("tarn_build_info")
        .help("The program's version.")
        .labelNames("version")
        .register(registry)
        .addLabelValues(version);
    GaugeWithCallback.builder()
        .name("tarn_component_up")
        .help("1 when a part of the station works, as /health says.")
        .labelNames("component")
        .callback(
            callback ->
                components
                    .get()
                    .forEach(
                        (name, state) ->
                            callback.call(state.level() == ComponentState.Level.OK ? 1 : 0, name)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("tarn_ingest_backlog_deliveries")
        .help("Deliveries that were accepted and are not landed yet.")
        .callback(callback -> callback.call(backlog.get().size()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("tarn_ingest_backlog_age_seconds")
        .help("How long the oldest of them has waited; 0 when there is none.")
        .callback(callback -> callback.call(age(backlog.get())))
        .register(registry);
    JvmMetrics.builder().register(registry);
  }

  private static double age(List<Instant> received) {
    return received.stream()
        .mapToDouble(time -> Duration.between(time, Instant.now()).toMillis() / 1000.0)
        .max()
        .orElse(0);
  }

  private Counter counter(String name, String help, String... labels) {
    names.add(name);
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Gauge gauge(String name, String help, String... labels) {
    names.add(name);
    return Gauge.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  public void requestBegan() {
    inFlight.inc();
  }

  /**
   * @param route as the contract has it; empty when there was none
   */
  public void requestEnded(
      String method, String route, int status, Duration duration, long responseBytes) {
    inFlight.dec();
    // What is no route of the contract is one label, so that nobody can make as many as they like.
    String known = route.isEmpty() ? "none" : route;
    String verb = route.isEmpty() ? "any" : method;
    requests.labelValues(verb, known, Integer.toString(status)).inc();
    durations.labelValues(verb, known).observe(duration.toNanos() / 1e9);
    answered.labelValues(known).inc(responseBytes);
  }

  public void queryEnded(String outcome, long resultRows, long resultBytes) {
    queries.labelValues(outcome).inc();
    queryRows.inc(resultRows);
    queryBytes.inc(resultBytes);
  }

  /**
   * @param tableRows of the table, when the asset was made
   */
  public void materialized(
      String asset, String outcome, Duration duration, @Nullable Long tableRows) {
    materializations.labelValues(asset, outcome).inc();
    materializationSeconds.labelValues(asset).set(duration.toNanos() / 1e9);
    if (tableRows != null) {
      materializationRows.labelValues(asset).set(tableRows.doubleValue());
    }
  }

  public void deliveryEnded(String outcome, long landed, long malformed) {
    deliveries.labelValues(outcome).inc();
    deliveryRows.inc(landed);
    quarantined.inc(malformed);
  }

  /** What a look at the lake has found; the last look stays until the next. */
  void refreshed(Refresh.Seen seen) {
    snapshots.set((double) seen.snapshots());
    seen.files().forEach((kind, count) -> files.labelValues(kind).set((double) count));
    seen.bytes().forEach((kind, size) -> bytes.labelValues(kind).set((double) size));
    smallFiles.set((double) seen.smallFiles());
    rows.set((double) seen.rows());
    engineMemory.set((double) seen.engineMemory());
    engineSpilled.set((double) seen.engineSpilled());
    engineThreads.set((double) seen.engineThreads());
    assetSuccess.clear();
    assetLimit.clear();
    assetCurrent.clear();
    checksFailing.clear();
    for (Refresh.Asset asset : seen.assets()) {
      assetCurrent.labelValues(asset.key()).set(asset.state().equals("current") ? 1 : 0);
      checksFailing.labelValues(asset.key()).set(asset.state().equals("checks_failed") ? 1 : 0);
      asset.last().ifPresent(time -> assetSuccess.labelValues(asset.key()).set(seconds(time)));
      asset
          .freshness()
          .ifPresent(limit -> assetLimit.labelValues(asset.key()).set((double) limit.toSeconds()));
    }
    refreshed.set(seconds(Instant.now()));
  }

  void refreshFailed() {
    refreshFailures.inc();
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1000.0;
  }

  /** The names of the metrics that are this program's own, without a counter's ending. */
  public Set<String> names() {
    return Set.copyOf(names);
  }

  /** The writer of the format that an Accept header asks for. */
  public ExpositionFormatWriter writer(@Nullable String accept) {
    return formats.findWriter(accept);
  }

  public void write(ExpositionFormatWriter writer, OutputStream out) throws IOException {
    writer.write(out, registry.scrape());
  }
}
