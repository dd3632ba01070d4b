package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.Json;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/** What is materialized is told as OpenLineage's own client understands it. */
class OpenLineageTest {
  private static final String SETTING = "TARN_SERVE_OPENLINEAGE";

  @TempDir Path folder;

  @BeforeEach
  void assets() {
    RunningGateway.write(folder, "landing/p.csv", "id,born\n1,2001-02-03\n2,1999-01-01\n");
    RunningGateway.write(
        folder,
        "assets/raw/patients.toml",
        """
        description = "As they are delivered"
        [landing]
        files = ["landing/*.csv"]
        format = "csv"
        columns = { id = "INTEGER", born = "DATE" }
        """);
    RunningGateway.write(
        folder,
        "assets/mart/ages.sql",
        """
        /* tarn
        description = "One row per patient"
        */
        SELECT id, year(born) AS birth_year FROM raw.patients""");
  }

  private static void materialize(RunningGateway station) {
    String key = "/api/v1/assets/mart/ages/materialize";
    assertThat(station.post(key, "{\"upstream\":true}").statusCode()).isEqualTo(202);
  }

  private List<JsonNode> events(Path file, int atLeast) throws Exception {
    for (int waited = 0; waited < 1200; waited++) {
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() >= atLeast) {
          return lines.stream().map(Json.mapper()::readTree).toList();
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError("the events do not come");
  }

  @Test
  void materializations_areToldInAFile_asTheOfficialClientReadsThem() throws Exception {
    Path file = folder.resolve("lineage/events.jsonl");
    List<JsonNode> events;
    try (RunningGateway station =
        RunningGateway.in(folder, Map.of(SETTING, "lineage/events.jsonl"))) {
      materialize(station);
      events = events(file, 4);
    }
    assertThat(events)
        .extracting(event -> event.path("eventType").asString() + " " + job(event))
        .containsExactly(
            "START raw/patients", "COMPLETE raw/patients", "START mart/ages", "COMPLETE mart/ages");
    assertThat(events.get(0).path("run").path("runId"))
        .isEqualTo(events.get(1).path("run").path("runId"))
        .isNotEqualTo(events.get(2).path("run").path("runId"));
    assertThat(events.get(1).path("inputs").toString())
        .isEqualTo("[{\"namespace\":\"file\",\"name\":\"test/landing/p.csv\"}]");
    JsonNode made = events.get(3);
    assertThat(made.path("inputs").toString())
        .isEqualTo("[{\"namespace\":\"tarn://test\",\"name\":\"raw.patients\"}]");
    JsonNode output = made.path("outputs").path(0);
    assertThat(output.path("name").asString()).isEqualTo("mart.ages");
    assertThat(output.path("outputFacets").path("outputStatistics").path("rowCount").asInt())
        .isEqualTo(2);
    JsonNode fields = output.path("facets").path("columnLineage").path("fields");
    assertThat(fields.path("birth_year").path("inputFields").toString())
        .isEqualTo(
            "[{\"namespace\":\"tarn://test\",\"name\":\"raw.patients\",\"field\":\"born\"}]");
    assertThat(read(file)).isEqualTo("4 events\n");
    // The next start goes on where this one ended.
    try (RunningGateway station =
        RunningGateway.in(folder, Map.of(SETTING, "lineage/events.jsonl"))) {
      RunningGateway.write(folder, "assets/mart/more.sql", "SELECT 1 AS n");
      station.post("/api/v1/assets/mart/more/materialize", "{}");
      assertThat(events(file, 6))
          .extracting(OpenLineageTest::job)
          .containsExactly(
              "raw/patients", "raw/patients", "mart/ages", "mart/ages", "mart/more", "mart/more");
    }
  }

  private static String job(JsonNode event) {
    return event.path("job").path("name").asString();
  }

  private static String read(Path file) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Checkout.folder().resolve(".tarn/venv-gateway/bin/python").toString(),
                Checkout.folder()
                    .resolve("tarn-gateway/src/test/python/openlineage_events.py")
                    .toString(),
                file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void eventsThatAreNotTaken_areSentAgain() throws Exception {
    BlockingQueue<JsonNode> taken = new LinkedBlockingQueue<>();
    AtomicInteger asked = new AtomicInteger();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/api/v1/lineage",
        exchange -> {
          JsonNode event = Json.mapper().readTree(exchange.getRequestBody().readAllBytes());
          boolean taking = asked.incrementAndGet() > 1;
          if (taking) {
            taken.add(event);
          }
          exchange.sendResponseHeaders(taking ? 201 : 503, -1);
          exchange.close();
        });
    receiver.start();
    String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/api/v1/lineage";
    try (RunningGateway station = RunningGateway.in(folder, Map.of(SETTING, url))) {
      materialize(station);
      List<String> jobs = new ArrayList<>();
      for (int n = 0; n < 4; n++) {
        JsonNode event = taken.poll(60, TimeUnit.SECONDS);
        assertThat(event).as("event %d", n).isNotNull();
        jobs.add(job(event));
      }
      assertThat(jobs).containsExactly("raw/patients", "raw/patients", "mart/ages", "mart/ages");
    } finally {
      receiver.stop(0);
    }
  }
}
