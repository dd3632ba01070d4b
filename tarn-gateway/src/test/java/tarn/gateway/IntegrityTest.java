package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class IntegrityTest {
  private static final String CHECKS = "/api/v1/integrity/checks";
  private static final String FINDINGS = "/api/v1/integrity/findings";

  @TempDir Path folder;

  private RunningGateway withTwoTables() {
    return RunningGateway.in(folder)
        .sql(
            "CREATE TABLE kept AS SELECT i FROM range(1000) t(i)",
            "CREATE TABLE hurt AS SELECT i, 'n' || i AS note FROM range(1000) t(i)");
  }

  private Path fileOf(String table) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("lake/data/main/" + table))) {
      return files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  private static JsonNode ended(RunningGateway station, String location)
      throws InterruptedException {
    for (int waited = 0; waited < 1200; waited++) {
      JsonNode check = json(station.get(location));
      if (!List.of("running", "cancelling").contains(check.path("state").asString())) {
        return check;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the check does not end");
  }

  private static String start(RunningGateway station, String options) {
    HttpResponse<byte[]> started = station.post(CHECKS, options);
    assertThat(started.statusCode()).as(text(started)).isEqualTo(202);
    return started.headers().firstValue("Location").orElseThrow();
  }

  @Test
  void lostFile_isFoundResolvedAndFoundAgain() throws Exception {
    try (RunningGateway station = withTwoTables()) {
      String first = start(station, "{\"level\":\"content\"}");
      JsonNode clean = ended(station, first);
      assertThat(clean.path("status").asString()).as(clean.toString()).isEqualTo("clean");
      assertThat(clean.path("report").path("files_read").asInt()).isEqualTo(2);
      assertThat(text(station.get(first + "/events")))
          .containsSubsequence(
              "id: 1\nevent: check_started", "event: phase", "event: check_ended", "clean");

      Path lost = fileOf("hurt").toRealPath();
      Files.delete(lost);
      ended(station, start(station, "{\"level\":\"exists\"}"));
      JsonNode found = json(station.get(FINDINGS)).path("items");
      assertThat(found).hasSize(1);
      assertThat(found.path(0).path("code").asString()).isEqualTo("file.missing");
      assertThat(found.path(0).path("path").asString()).isEqualTo(lost.toString());
      assertThat(found.path(0).path("table").asString()).isEqualTo("hurt");
      JsonNode overview = json(station.get("/api/v1/integrity"));
      assertThat(overview.path("open_findings").path("error").asInt()).isEqualTo(1);
      assertThat(overview.path("last_check").path("status").asString()).isEqualTo("findings");
      assertThat(json(station.get(CHECKS)).path("items")).hasSize(2);

      String finding = FINDINGS + "/" + found.path(0).path("id").asString();
      JsonNode resolved = json(station.post(finding + "/resolve", "{}"));
      assertThat(resolved.path("resolved").isNull()).isFalse();
      assertThat(json(station.get(FINDINGS)).path("items")).isEmpty();
      ended(station, start(station, "{\"level\":\"exists\"}"));
      assertThat(json(station.get(FINDINGS)).path("items")).hasSize(1);
      assertThat(json(station.get(finding)).path("resolved").isNull()).isTrue();
      assertThat(station.get(FINDINGS + "/0123").statusCode()).isEqualTo(404);

      station.with(station.makeKey("operator", "main"));
      assertThat(station.get(FINDINGS).statusCode()).isEqualTo(403);
      assertThat(station.post(CHECKS, "{}").statusCode()).isEqualTo(403);
    }
  }

  @Test
  void slowCheck_isTheOnlyOneAndCanBeStopped() throws Exception {
    try (RunningGateway made = withTwoTables()) {
      assertThat(made.post(CHECKS, "{\"level\":\"deep\"}").statusCode()).isEqualTo(400);
      assertThat(made.post(CHECKS, "{\"tables\":[]}").statusCode()).isEqualTo(400);
      assertThat(made.post(CHECKS, "{\"schema\":\"main\",\"table\":\"none\"}").statusCode())
          .isEqualTo(404);
    }
    // A byte a second: the check cannot end before it is stopped.
    try (RunningGateway station = RunningGateway.in(folder, Map.of("TARN_INTEGRITY_RATE", "1B"))) {
      String slow = start(station, "{\"level\":\"content\"}");
      HttpResponse<byte[]> second = station.post(CHECKS, "{}");
      assertThat(second.statusCode()).isEqualTo(409);
      assertThat(json(second).path("code").asString()).isEqualTo("request.conflict");
      assertThat(json(station.get("/api/v1/integrity")).path("running").asString())
          .isEqualTo(slow.substring(slow.lastIndexOf('/') + 1));
      assertThat(station.post(slow + "/cancel", "{}").statusCode()).isEqualTo(202);
      assertThat(ended(station, slow).path("status").asString()).isEqualTo("interrupted");
    }
  }

  @Test
  void service_readsWhatWasChangedWhileItWasDown() throws Exception {
    try (RunningGateway before = withTwoTables()) {
      ended(before, start(before, "{\"level\":\"content\"}"));
    }
    Path hurt = fileOf("hurt");
    byte[] bytes = Files.readAllBytes(hurt);
    bytes[bytes.length / 3] ^= 16;
    Files.write(hurt, bytes);
    Files.setLastModifiedTime(hurt, FileTime.from(Instant.now().plusSeconds(2)));

    try (RunningGateway station =
        RunningGateway.in(folder, Map.of("TARN_INTEGRITY_EVERY", "24h"))) {
      Optional<String> reading = Optional.empty();
      for (int waited = 0; reading.isEmpty() && waited < 1200; waited++) {
        for (JsonNode check : json(station.get(CHECKS)).path("items")) {
          if (check.path("level").asString().equals("content")
              && check.path("status").asString().equals("findings")) {
            reading = Optional.of(check.path("id").asString());
          }
        }
        Thread.sleep(100);
      }
      String read = reading.orElseThrow();
      JsonNode found = json(station.get(FINDINGS)).path("items");
      assertThat(found).hasSize(1);
      assertThat(found.path(0).path("code").asString()).isEqualTo("file.modified");
      assertThat(found.path(0).path("table").asString()).isEqualTo("hurt");
      // The other file was compared before and is as it was.
      JsonNode check = ended(station, CHECKS + "/" + read);
      assertThat(check.path("report").path("files_read").asInt()).isEqualTo(1);
      assertThat(check.path("author").asString()).isEqualTo("schedule");
    }
  }
}
