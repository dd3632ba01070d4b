package tarn.gateway.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tarn.gateway.health.ComponentState;
import tarn.integrity.ledger.IntegritySummary;
import tarn.lake.CommitListener;
import tarn.storage.StoreListener;

/**
 * Every metric of the service (docs/reference/metrics.md explains each one). Values are kept by the
 * code that does the work; a scrape only reads them.
 */
public final class Metrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Registration metrics = new Registration(registry);
  private final Counter requests =
      metrics.counter("tarn_http_requests", "Answered requests.", "method", "route", "status");
  private final Histogram durations =
      metrics.seconds(
          "tarn_http_request_duration_seconds",
          "How long requests took, from their first byte to the answer's last.",
          "method",
          "route");
  private final Counter answered =
      metrics.counter("tarn_http_response_bytes", "Bytes of answers' bodies.", "route");
  private final Gauge inFlight =
      metrics.gauge("tarn_http_requests_in_flight", "Requests that are being worked on.");
  private final Counter queries =
      metrics.counter(
          "tarn_queries",
          "Queries by how they ended: ok, cancelled, refused, limited, failed.",
          "outcome");
  private final Counter queryRows =
      metrics.counter("tarn_query_rows", "Rows that queries returned.");
  private final Counter queryBytes =
      metrics.counter("tarn_query_bytes", "Bytes of queries' results, as they were sent.");
  private final Counter materializations =
      metrics.counter(
          "tarn_materializations",
          "Materializations by the service: written, unchanged, skipped, failed, not_run.",
          "asset",
          "outcome");
  private final Gauge materializationSeconds =
      metrics.gauge(
          "tarn_materialization_duration_seconds",
          "How long the last materialization by the service took.",
          "asset");
  private final Gauge materializationRows =
      metrics.gauge(
          "tarn_materialization_rows",
          "Rows of the table after the last materialization by the service.",
          "asset");
  private final Counter materializationBytes =
      metrics.counter(
          "tarn_materialization_bytes",
          "Bytes of the files that materializations by the service added.",
          "asset");
  private final Counter deliveries =
      metrics.counter(
          "tarn_ingest_deliveries", "Deliveries by how they ended: done, failed.", "outcome");
  private final Counter deliveryRows =
      metrics.counter("tarn_ingest_rows", "Rows that were landed from deliveries.");
  private final Counter quarantined =
      metrics.counter("tarn_ingest_quarantined_rows", "Malformed rows of deliveries.");
  private final LakeMetrics lake = new LakeMetrics(metrics);
  private final IntegrityMetrics integrity = new IntegrityMetrics(metrics);
  private final CommitMetrics commits = new CommitMetrics(metrics);
  private final StorageMetrics storage = new StorageMetrics(metrics);
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
        .name(metrics.named("tarn_build_info"))
        .help("The program's version.")
        .labelNames("version")
        .register(registry)
        .addLabelValues(version);
    metrics.gauge(
        "tarn_component_up",
        "1 when a part of the station works, as /health says.",
        callback ->
            components
                .get()
                .forEach(
                    (name, state) ->
                        callback.call(state.level() == ComponentState.Level.OK ? 1 : 0, name)),
        "component");
    metrics.gauge(
        "tarn_ingest_backlog_deliveries",
        "Deliveries that were accepted and are not landed yet.",
        callback -> callback.call(backlog.get().size()));
    metrics.gauge(
        "tarn_ingest_backlog_age_seconds",
        "How long the oldest of them has waited; 0 when there is none.",
        callback -> callback.call(age(backlog.get())));
    // What has not happened yet is 0 and not absent, so that its first time is an increase.
    List.of("ok", "cancelled", "refused", "limited", "failed").forEach(queries::initLabelValues);
    List.of("done", "failed").forEach(deliveries::initLabelValues);
    JvmMetrics.builder().register(registry);
  }

  private static double age(List<Instant> received) {
    return received.stream()
        .mapToDouble(time -> Duration.between(time, Instant.now()).toMillis() / 1000.0)
        .max()
        .orElse(0);
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
    // A first failure is an increase from 0, and not a series out of nothing.
    requests.initLabelValues(verb, known, "500");
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
    materializations.initLabelValues(asset, "failed");
    materializations.labelValues(asset, outcome).inc();
    materializationSeconds.labelValues(asset).set(duration.toNanos() / 1e9);
    if (tableRows != null) {
      materializationRows.labelValues(asset).set(tableRows.doubleValue());
    }
  }

  /** Files that a materialization added. */
  public void added(String asset, long bytes) {
    materializationBytes.labelValues(asset).inc(bytes);
  }

  public void deliveryEnded(String outcome, long landed, long malformed) {
    deliveries.labelValues(outcome).inc();
    deliveryRows.inc(landed);
    quarantined.inc(malformed);
  }

  /** What a look at the lake has found; the last look stays until the next. */
  void refreshed(Refresh.Seen seen) {
    lake.refreshed(seen);
  }

  void refreshed(IntegritySummary summary) {
    integrity.refreshed(summary);
  }

  void refreshFailed() {
    lake.refreshFailed();
  }

  /** Counts how transactions end. */
  public CommitListener commits() {
    return commits;
  }

  /** Counts requests of stores. */
  public StoreListener storage() {
    return storage;
  }

  /** The names of the metrics that are this program's own, without a counter's ending. */
  public Set<String> names() {
    return metrics.names();
  }

  /** The writer of the format that an Accept header asks for. */
  public ExpositionFormatWriter writer(@Nullable String accept) {
    return formats.findWriter(accept);
  }

  public void write(ExpositionFormatWriter writer, OutputStream out) throws IOException {
    writer.write(out, registry.scrape());
  }
}
