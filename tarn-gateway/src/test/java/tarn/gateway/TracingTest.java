package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tarn.gateway.RunningGateway.text;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.gateway.trace.Part;
import tarn.gateway.trace.Tracing;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;
import tarn.storage.local.LocalStores;
import tools.jackson.databind.JsonNode;

/** What arrives where OpenTelemetry's variables point to, as its protocol has it. */
class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SENDER = "00f067aa0ba902b7";
  private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

  @TempDir Path folder;
  private final List<byte[]> arrived = new CopyOnWriteArrayList<>();
  private HttpServer collector;

  @BeforeEach
  void collect() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext("/v1/traces", this::take);
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      arrived.add(exchange.getRequestBody().readAllBytes());
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private Tracing tracing() {
    return Tracing.of(
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.getAddress().getPort()));
  }

  /** A span, its numbers in hexadecimal digits. */
  private record Seen(String name, String trace, String number, String parent) {}

  private Seen seen(String name) {
    List<Seen> found =
        arrived.stream()
            .flatMap(document -> fields(document, 1).stream())
            .flatMap(resource -> fields(resource, 2).stream())
            .flatMap(scope -> fields(scope, 2).stream())
            .map(
                span ->
                    new Seen(
                        new String(
                            fields(span, 5).getFirst(), java.nio.charset.StandardCharsets.UTF_8),
                        hex(fields(span, 1)),
                        hex(fields(span, 2)),
                        hex(fields(span, 4))))
            .toList();
    return found.stream()
        .filter(span -> span.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + found));
  }

  private static String hex(List<byte[]> values) {
    return values.isEmpty() ? "" : HexFormat.of().formatHex(values.getFirst());
  }

  /** The values of one field of a message in Protocol Buffers' encoding, where it has a length. */
  private static List<byte[]> fields(byte[] message, int wanted) {
    List<byte[]> values = new ArrayList<>();
    int[] at = {0};
    while (at[0] < message.length) {
      long tag = number(message, at);
      switch ((int) (tag & 7)) {
        case 0 -> number(message, at);
        case 1 -> at[0] += 8;
        case 2 -> {
          int length = (int) number(message, at);
          if (tag >>> 3 == wanted) {
            values.add(java.util.Arrays.copyOfRange(message, at[0], at[0] + length));
          }
          at[0] += length;
        }
        case 5 -> at[0] += 4;
        default -> throw new AssertionError("no such encoding: " + tag);
      }
    }
    return values;
  }

  private static long number(byte[] message, int[] at) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = message[at[0]++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  @Test
  void requests_areFollowedToTheirQueriesRunsAndCommits() throws Exception {
    RunningGateway.write(folder, "assets/raw/people.sql", "SELECT range AS id FROM range(10)");
    JsonNode problem;
    String metrics;
    try (Tracing tracing = tracing();
        RunningGateway station = RunningGateway.followed(folder, tracing)) {
      problem =
          Json.mapper()
              .readTree(
                  station
                      .send(
                          station
                              .request("/api/v1/query")
                              .header("traceparent", "00-" + TRACE + "-" + SENDER + "-01")
                              .POST(BodyPublishers.ofString("{\"sql\":\"SELECT nonsense\"}")))
                      .body());
      station.post("/api/v1/assets/raw/people/materialize", "{}");
      for (int waited = 0; waited < 1200 && !made(station); waited++) {
        Thread.sleep(100);
      }
      metrics = text(station.send(station.request("/metrics").header("Accept", OPEN_METRICS)));
    }
    assertThat(problem.path("code").asString()).isEqualTo("query.invalid");
    assertThat(problem.path("trace_id").asString()).isEqualTo(TRACE);
    Seen request = seen("POST /api/v1/query");
    assertThat(request.trace).isEqualTo(TRACE);
    assertThat(request.parent).isEqualTo(SENDER);
    assertThat(seen("query").parent).isEqualTo(request.number);

    Seen commit = seen("commit");
    Seen materialization = seen("materialize");
    Seen run = seen("run");
    assertThat(commit.parent).isEqualTo(materialization.number);
    assertThat(materialization.parent).isEqualTo(run.number);
    assertThat(run.trace).isEqualTo(commit.trace).isNotEqualTo(TRACE);
    assertThat(metrics)
        .containsPattern(
            "tarn_http_request_duration_seconds_bucket.* # \\{span_id=\"[0-9a-f]{16}\",trace_id=\"[0-9a-f]{32}\"");
  }

  private static boolean made(RunningGateway station) {
    return text(station.get("/metrics")).contains("tarn_materialization_bytes_total{");
  }

  @Test
  void requestOfAStore_isAPartOfWhatAsksForIt() {
    try (Tracing tracing = tracing();
        ObjectStore store = LocalStores.open(new StoreLocation.Folder(folder))) {
      tarn.storage.StoreListeners.add(tracing);
      try (Part _ = tracing.begin("work")) {
        store.head("none");
      } finally {
        tarn.storage.StoreListeners.remove(tracing);
      }
    }
    assertThat(seen("storage head").parent).isEqualTo(seen("work").number);
  }

  @Test
  void withoutTheVariables_nothingIsFollowed() {
    try (Tracing tracing = Tracing.of(Map.of("OTEL_SERVICE_NAME", "ward-7"));
        RunningGateway station = RunningGateway.followed(folder, tracing)) {
      assertThat(text(station.post("/api/v1/query", "{\"sql\":\"SELECT nonsense\"}")))
          .contains("query.invalid")
          .doesNotContain("trace_id");
    }
    assertThat(arrived).isEmpty();
  }

  @Test
  void variableThatMakesNoSense_isRefused() {
    assertThatThrownBy(() -> Tracing.of(Map.of("OTEL_TRACES_EXPORTER", "pigeon")))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("pigeon");
  }
}
