package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.ScratchLake;
import tools.jackson.databind.JsonNode;

/** {@code tarn init}, {@code config}, {@code manifest} and {@code snapshots}. */
class StationCommandsTest {
  @TempDir Path temporary;

  @Test
  void init_saysWhatItMadeAndWhatIsNext() {
    assertThat(run("init", "ward").exitingWith(0).out())
        .startsWith("Made the station " + temporary.resolve("ward") + "\n")
        .contains("  station.toml\n")
        .endsWith("\nNext: cd ward && tarn materialize\n");
    assertThat(run("init", "ward").exitingWith(2).err()).startsWith("error[station.exists]");
  }

  @Test
  void init_takesNameCatalogAndDataPath() {
    run("init", "w", "--name", "ward-7", "--catalog", "c/x.ducklake", "--data-path", "d")
        .exitingWith(0);

    JsonNode config =
        TypedCommand.in(temporary.resolve("w")).run("config", "show", "--json").json();

    assertThat(config.get("name").asString()).isEqualTo("ward-7");
    assertThat(config.get("catalog").asString()).endsWith("/w/c/x.ducklake");
    assertThat(config.get("data_path").asString()).endsWith("/w/d/");
  }

  @Test
  void config_tellsWhereEachSettingCameFrom() throws IOException {
    Files.writeString(temporary.resolve("station.toml"), "name = 'x'\n\n[engine]\nthreads = 3\n");

    String shown =
        TypedCommand.in(temporary)
            .with("TARN_ENGINE_MEMORY_LIMIT", "3GB")
            .run("config", "show")
            .exitingWith(0)
            .out();

    assertThat(shown)
        .containsPattern("engine.threads +3 +station.toml:4\n")
        .containsPattern("engine.memory_limit +3\\.?0*GB +TARN_ENGINE_MEMORY_LIMIT\n")
        .containsPattern("materialize.parallelism +\\d+ +default\n");
  }

  @Test
  void manifest_hasTheColumnsOnceThereIsALake() {
    run("init", "s").exitingWith(0);
    TypedCommand station = TypedCommand.in(temporary.resolve("s"));
    assertThat(station.run("manifest").exitingWith(0).json().at("/assets/0/columns").isNull())
        .isTrue();

    station.run("materialize").exitingWith(0);

    assertThat(station.run("manifest").exitingWith(0).json().at("/assets/1/columns").toString())
        .contains("\"name\":\"patients\",\"type\":\"BIGINT\"");
  }

  @Test
  void snapshots_areListedNewestFirst_withAssetAuthorAndChanges() {
    run("init", "s").exitingWith(0);
    Path station = temporary.resolve("s");
    JsonNode report = TypedCommand.in(station).run("materialize", "--json").exitingWith(0).json();

    JsonNode snapshots = TypedCommand.in(station).run("snapshots", "--json").exitingWith(0).json();

    JsonNode newest = snapshots.get(0);
    assertThat(newest.get("id").asLong()).isEqualTo(snapshots.size() - 1L);
    assertThat(newest.get("asset_key").asString()).isEqualTo("report/patients_by_city");
    assertThat(newest.get("run_id").asString()).isEqualTo(report.get("run_id").asString());
    assertThat(newest.get("message").asString()).isEqualTo("materialize report/patients_by_city");
    assertThat(newest.get("author").asString()).isEqualTo(System.getProperty("user.name"));
    assertThat(newest.at("/changes/tables_inserted_into/0").asString())
        .isEqualTo("report.patients_by_city");
    assertThat(TypedCommand.in(station).run("snapshots", "--limit", "2", "--json").json())
        .hasSize(2);
    assertThat(TypedCommand.in(station).run("snapshots", "--limit", "0").exitingWith(2).err())
        .contains("--limit 0");
    assertThat(TypedCommand.in(station).run("snapshots", "--limit", "1").exitingWith(0).out())
        .contains("report/patients_by_city", "inserted into: report.patients_by_city")
        .doesNotContain("_tarn");
  }

  @Test
  void snapshotsOfOtherWriters_areListedToo() throws IOException {
    Files.writeString(temporary.resolve("station.toml"), "");
    try (ScratchLake lake = ScratchLake.in(temporary)) {
      lake.execute("CREATE TABLE t AS SELECT 1 AS a");
      try (var session = lake.lake().session()) {
        session.execute("BEGIN");
        session.execute("CALL lake.set_commit_message('eve', 'by hand', extra_info => 'no json')");
        session.execute("DELETE FROM t");
        session.execute("COMMIT");
      }
    }

    JsonNode newest = run("snapshots", "--json").exitingWith(0).json().get(0);

    assertThat(newest.get("author").asString()).isEqualTo("eve");
    assertThat(newest.get("message").asString()).isEqualTo("by hand");
    assertThat(newest.get("asset_key").isNull()).isTrue();
    assertThat(newest.at("/changes/tables_deleted_from/0").asString()).isEqualTo("main.t");
  }

  private TypedCommand.Ended run(String... arguments) {
    return TypedCommand.in(temporary).run(arguments);
  }
}
