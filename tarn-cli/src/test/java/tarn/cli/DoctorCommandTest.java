package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;
import tools.jackson.databind.JsonNode;

class DoctorCommandTest {
  @TempDir Path temporary;

  @Test
  void healthyStation_passes() {
    TypedCommand.in(temporary).run("init", "s").exitingWith(0);
    TypedCommand.in(temporary.resolve("s")).run("materialize").exitingWith(0);

    var ended = TypedCommand.in(temporary.resolve("s")).run("doctor").exitingWith(0);

    assertThat(ended.out())
        .contains("ok      jdk", "ok      engine", "ok      extension ducklake", "ok      catalog")
        .doesNotContain("failed");
  }

  @Test
  void newStation_passesThoughThereIsNoLake() {
    TypedCommand.in(temporary).run("init", "s").exitingWith(0);

    JsonNode report =
        TypedCommand.in(temporary.resolve("s")).run("doctor", "--json").exitingWith(0).json();

    assertThat(check(report, "catalog").get("message").asString())
        .contains("not there yet", "tarn materialize");
    assertThat(temporary.resolve("s/lake")).doesNotExist();
  }

  @Test
  void withoutAStation_theMachineAloneIsChecked() {
    JsonNode report = TypedCommand.in(temporary).run("doctor", "--json").exitingWith(0).json();

    assertThat(check(report, "station").get("status").asString()).isEqualTo("warning");
    assertThat(check(report, "engine").get("status").asString()).isEqualTo("ok");
    assertThat(TypedCommand.in(temporary).run("doctor", "-C", "none").exitingWith(1).out())
        .contains("failed  station");
  }

  @Test
  void missingExtensions_areNamedWithTheCommandThatBringsThem() {
    JsonNode report =
        TypedCommand.in(temporary)
            .withHome(temporary.resolve("empty"))
            .run("doctor", "--json")
            .exitingWith(1)
            .json();

    assertThat(report.get("status").asString()).isEqualTo("failed");
    JsonNode ducklake = check(report, "extension ducklake");
    assertThat(ducklake.get("status").asString()).isEqualTo("failed");
    assertThat(ducklake.get("remedy").asString()).contains("tarn extensions install ducklake");
    assertThat(check(report, "extension azure").get("status").asString()).isEqualTo("warning");
  }

  @Test
  void extensionWithADamagedByte_isRefused() throws IOException {
    Path home = temporary.resolve("home");
    try (var files = Files.walk(Checkout.extensions().folder())) {
      for (Path file : files.filter(each -> each.endsWith("ducklake.duckdb_extension")).toList()) {
        Path copy =
            home.resolve("extensions").resolve(Checkout.extensions().folder().relativize(file));
        Files.createDirectories(copy.getParent());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(copy, bytes);
      }
    }

    JsonNode report =
        TypedCommand.in(temporary).withHome(home).run("doctor", "--json").exitingWith(1).json();

    assertThat(check(report, "extension ducklake").get("message").asString())
        .contains("signature does not match");
  }

  @Test
  void limitsBeyondTheMachine_areWarnedOf() {
    TypedCommand.in(temporary).run("init", "s").exitingWith(0);

    JsonNode report =
        TypedCommand.in(temporary.resolve("s"))
            .with("TARN_ENGINE_MEMORY_LIMIT", "100TB")
            .with("TARN_ENGINE_THREADS", "5000")
            .with("TARN_ENGINE_MEMORY", "1GB")
            .run("doctor", "--json")
            .exitingWith(0)
            .json();

    assertThat(report.get("status").asString()).isEqualTo("warning");
    assertThat(check(report, "memory").get("remedy").asString()).contains("engine.memory_limit");
    assertThat(check(report, "threads").get("remedy").asString()).contains("engine.threads");
    assertThat(check(report, "settings").get("message").asString())
        .contains("TARN_ENGINE_MEMORY", "TARN_ENGINE_MEMORY_LIMIT");
  }

  @Test
  void brokenSettings_failWithTheirLine() throws IOException {
    Files.writeString(temporary.resolve("station.toml"), "name = 'x'\ncatalogue = 'y'\n");

    assertThat(TypedCommand.in(temporary).run("doctor").exitingWith(1).out())
        .contains("failed  station", "station.toml:2", "did you mean `catalog`");
  }

  @Test
  void brokenAsset_fails() throws IOException {
    TypedCommand.in(temporary).run("init", "s").exitingWith(0);
    Files.writeString(temporary.resolve("s/assets/report/bad.sql"), "SELEC 1");

    JsonNode report =
        TypedCommand.in(temporary.resolve("s")).run("doctor", "--json").exitingWith(1).json();

    assertThat(check(report, "assets").get("message").asString())
        .contains("assets/report/bad.sql", "SELEC");
  }

  @Test
  void folderThatCannotBeMade_fails() throws IOException {
    Files.writeString(temporary.resolve("file"), "");
    Files.writeString(temporary.resolve("station.toml"), "[engine]\ntemp_folder = 'file/below'\n");

    JsonNode report = TypedCommand.in(temporary).run("doctor", "--json").exitingWith(1).json();

    JsonNode temp = check(report, "temp");
    assertThat(temp.get("status").asString()).isEqualTo("failed");
    assertThat(temp.get("remedy").asString()).contains("engine.temp_folder");
  }

  /** The catalog as two programs leave it that delete from one data file at the same time. */
  @Test
  void twoDeleteFilesOfOneDataFile_areSeen() throws IOException {
    Files.writeString(temporary.resolve("station.toml"), "");
    try (ScratchLake lake = ScratchLake.in(temporary)) {
      lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(100)");
      lake.execute("DELETE FROM t WHERE i = 1");
      lake.execute(
          "INSERT INTO __ducklake_metadata_lake.ducklake_delete_file SELECT * REPLACE"
              + " (delete_file_id + 1000 AS delete_file_id)"
              + " FROM __ducklake_metadata_lake.ducklake_delete_file");
    }

    JsonNode report = TypedCommand.in(temporary).run("doctor", "--json").exitingWith(1).json();

    assertThat(check(report, "deletions").get("message").asString()).contains("main.t");
  }

  private static JsonNode check(JsonNode report, String subject) {
    return StreamSupport.stream(report.get("checks").spliterator(), false)
        .filter(check -> check.get("subject").asString().equals(subject))
        .findFirst()
        .orElseThrow();
  }
}
