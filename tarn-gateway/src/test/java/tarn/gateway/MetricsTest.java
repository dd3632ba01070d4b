package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.finding.Level;
import tarn.testkit.Checkout;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsTest {
  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path folder) throws InterruptedException {
    RunningGateway.write(
        folder,
        "assets/raw/people.sql",
        "/* tarn\nfreshness = \"24h\"\n*/\nSELECT range AS id FROM range(10)");
    station = RunningGateway.in(folder);
    station.post("/api/v1/query", "{\"sql\":\"SELECT unnest([1, 2, 3]) AS n\"}");
    station.post("/api/v1/query", "{\"sql\":\"SELECT nonsense\"}");
    station.get("/nowhere/" + "x".repeat(50));
    station.post("/api/v1/assets/raw/people/materialize", "{}");
    // The last of what a materialization counts.
    until(() -> scrape().contains("tarn_materialization_bytes_total{asset=\"raw/people\"}"));
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private String scrape() {
    return text(station.get("/metrics"));
  }

  @Test
  void counters_sayWhatHappened() {
    assertThat(scrape())
        .contains(
            "tarn_http_requests_total{method=\"POST\",route=\"/api/v1/query\",status=\"200\"} 1.0",
            "tarn_http_requests_total{method=\"any\",route=\"none\",status=\"404\"} 1.0",
            "tarn_queries_total{outcome=\"ok\"} 1.0",
            "tarn_queries_total{outcome=\"refused\"} 1.0",
            "tarn_query_rows_total 3.0",
            "tarn_materializations_total{asset=\"raw/people\",outcome=\"written\"} 1.0",
            "tarn_materialization_rows{asset=\"raw/people\"} 10.0",
            "tarn_component_up{component=\"catalog\"} 1.0",
            "tarn_ingest_backlog_deliveries 0.0",
            "jvm_threads_current",
            "process_cpu_seconds_total")
        .doesNotContain("nowhere");
  }

  @Test
  void commitsAndStores_areCountedWhereTheyHappen() throws InterruptedException {
    // The store's health is tried again and again.
    until(
        () ->
            scrape()
                .contains("tarn_storage_requests_total{backend=\"folder\",operation=\"head\"}"));
    assertThat(scrape())
        .contains(
            "tarn_catalog_commits_total{outcome=\"conflict\"} 0.0",
            "tarn_materialization_bytes_total{asset=\"raw/people\"}");
    assertThat(value("tarn_catalog_commits_total{outcome=\"written\"}")).isPositive();
    assertThat(value("tarn_catalog_commit_duration_seconds_count")).isPositive();
  }

  @Test
  @Tag("slow") // what is read in the background is read every 15 seconds
  void integrityAndFreshness_areReadInTheBackground() throws Exception {
    until(
        () ->
            scrape().contains("tarn_integrity_last_success_timestamp_seconds{level=\"content\"}"));
    assertThat(value("tarn_integrity_last_success_timestamp_seconds{level=\"content\"}")).isZero();
    long before = System.currentTimeMillis() / 1000;
    Fsck.run(station.lake(), FsckRequest.of(Level.CONTENT));
    until(
        () ->
            value("tarn_integrity_last_success_timestamp_seconds{level=\"content\"}") > 0
                && scrape().contains("tarn_asset_freshness_lag_seconds{asset=\"raw/people\"}"));
    assertThat(value("tarn_integrity_last_success_timestamp_seconds{level=\"footer\"}"))
        .isGreaterThanOrEqualTo((double) before);
    assertThat(value("tarn_integrity_files{state=\"verified\"}")).isPositive();
    assertThat(value("tarn_integrity_files{state=\"unverified\"}")).isZero();
    assertThat(value("tarn_integrity_verified_bytes")).isPositive();
    assertThat(value("tarn_integrity_findings{class=\"file.missing\",severity=\"error\"}"))
        .isZero();
    assertThat(value("tarn_asset_freshness_lag_seconds{asset=\"raw/people\"}")).isZero();
    assertThat(value("tarn_engine_memory_limit_bytes")).isBetween(0.9e9, 1.1e9);
  }

  private static void until(BooleanSupplier holds) throws InterruptedException {
    for (int waited = 0; waited < 1200 && !holds.getAsBoolean(); waited++) {
      Thread.sleep(100);
    }
    assertThat(holds.getAsBoolean()).isTrue();
  }

  /** Of a series as the text has it; it must be there. */
  private double value(String series) {
    return scrape()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + series));
  }

  @Test
  void formatAndPacking_areTheScrapers() throws IOException {
    HttpResponse<byte[]> open =
        station.send(
            station
                .request("/metrics")
                .header("Accept", "application/openmetrics-text; version=1.0.0"));
    assertThat(open.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text");
    assertThat(text(open)).endsWith("# EOF\n");
    HttpResponse<byte[]> packed =
        station.send(station.request("/metrics").header("Accept-Encoding", "gzip"));
    assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(
            new String(
                new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(),
                StandardCharsets.UTF_8))
        .contains("tarn_build_info");
  }

  @Test
  void page_explainsEachMetricAndNoOther() throws IOException {
    Set<String> exposed =
        scrape()
            .lines()
            .filter(line -> line.startsWith("# TYPE tarn_"))
            .map(line -> line.split(" ")[2])
            .collect(Collectors.toCollection(TreeSet::new));
    String page = Files.readString(Checkout.folder().resolve("docs/reference/metrics.md"));
    Set<String> explained =
        Pattern.compile("^\\| `(tarn_\\w+)`", Pattern.MULTILINE)
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(explained).containsAll(exposed);
    Set<String> declared = new TreeSet<>(station.gateway().metricNames());
    assertThat(explained.stream().map(MetricsTest::base).collect(Collectors.toSet()))
        .isEqualTo(declared.stream().map(MetricsTest::base).collect(Collectors.toSet()));
  }

  private static String base(String name) {
    return name.replaceFirst("_total$|_info$", "");
  }

  @Test
  void scrape_takesNoKeyHere_andOneElsewhere(@TempDir Path other) {
    try (RunningGateway open =
        RunningGateway.in(
            other,
            java.util.Map.of("TARN_SERVE_ADDRESS", "0.0.0.0", "TARN_SERVE_EXPOSURE", "open"))) {
      assertThat(open.get("/metrics").statusCode()).isEqualTo(401);
      assertThat(open.get("/health").statusCode()).isEqualTo(200);
    }
  }
}
