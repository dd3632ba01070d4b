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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
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
    for (int waited = 0; waited < 300 && !scrape().contains("outcome=\"written\""); waited++) {
      Thread.sleep(100);
    }
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
