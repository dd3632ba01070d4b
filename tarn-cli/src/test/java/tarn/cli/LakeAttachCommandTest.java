package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.BareEngine;
import tarn.testkit.emulator.PostgreSql;
import tools.jackson.databind.JsonNode;

/** Lakes that DuckDB alone has made. */
class LakeAttachCommandTest {
  @TempDir Path folder;

  private void makeLake(String catalog, String dataPath) {
    try (BareEngine bare = BareEngine.start()) {
      bare.execute("LOAD ducklake");
      bare.execute("ATTACH 'ducklake:%s' AS theirs (DATA_PATH '%s')".formatted(catalog, dataPath));
      bare.execute(
          "CREATE TABLE theirs.visit AS SELECT i AS id, 'n' || i AS note FROM range(500) t(i)");
      // By default such rows are kept in the catalog.
      bare.execute("INSERT INTO theirs.visit VALUES (1000, 'one more')");
      bare.execute("DELETE FROM theirs.visit WHERE id < 10");
    }
  }

  @Test
  void lakeOfDuckDb_isAStationAfterwardsAndAsItWasBefore() throws IOException {
    Path catalog = folder.resolve("theirs.ducklake");
    Path data = folder.resolve("their data");
    makeLake(catalog.toString(), data + "/");
    byte[] before = Files.readAllBytes(catalog);

    JsonNode made =
        TypedCommand.in(folder)
            .run("lake", "attach", "ward", "--catalog", "theirs.ducklake", "--json")
            .exitingWith(0)
            .json();
    assertThat(made.path("tables").asInt()).isEqualTo(1);
    assertThat(made.path("data_path").asString()).isEqualTo(data + "/");
    assertThat(Files.readAllBytes(catalog)).isEqualTo(before);

    Path station = folder.resolve("ward");
    String count = "SELECT count(*), sum(id) FROM visit";
    assertThat(TypedCommand.in(station).run("query", "--format", "csv", count).exitingWith(0).out())
        .endsWith("\n491,125705\n");
    assertThat(Files.readAllBytes(catalog)).isEqualTo(before);
    TypedCommand.in(station).run("fsck", "--level", "decode").exitingWith(0);

    // An asset beside their tables.
    Files.createDirectories(station.resolve("assets/report"));
    Files.writeString(
        station.resolve("assets/report/visits.sql"), "SELECT count(*) AS visits FROM main.visit");
    TypedCommand.in(station).run("materialize", "--quiet").exitingWith(0);
    try (BareEngine bare = BareEngine.start()) {
      bare.execute("LOAD ducklake");
      bare.execute("ATTACH 'ducklake:%s' AS theirs (READ_ONLY)".formatted(catalog));
      assertThat(bare.rows("FROM theirs.report.visits")).containsExactly("491");
      assertThat(bare.rows("SELECT count(*), sum(id) FROM theirs.visit"))
          .containsExactly("491|125705");
    }
  }

  @Test
  void relativeDataPath_isRefusedWithAWayOut() {
    Path catalog = folder.resolve("theirs.ducklake");
    makeLake(catalog.toString(), folder + "/data/");
    try (BareEngine bare = BareEngine.onCatalog(catalog)) {
      bare.execute("UPDATE ducklake_metadata SET value = 'data/' WHERE key = 'data_path'");
    }
    assertThat(
            TypedCommand.in(folder)
                .run("lake", "attach", "ward", "--catalog", catalog.toString())
                .exitingWith(3)
                .err())
        .contains("`data/`", "UPDATE ducklake_metadata");
    assertThat(folder.resolve("ward")).doesNotExist();
  }

  @Test
  void databaseWithoutALake_isToldSo() {
    String url = PostgreSql.shared().url(PostgreSql.shared().newDatabase());
    assertThat(
            TypedCommand.in(folder)
                .run("lake", "attach", "ward", "--catalog", url)
                .exitingWith(3)
                .err())
        .contains("There is no lake in");
  }

  @Test
  void variablesOfThePythonProgram_areUnderstoodAsAHint() {
    assertThat(
            TypedCommand.in(folder)
                .with("DUCKLAKE_PG_HOST", "db.hospital.example")
                .with("DUCKLAKE_PG_DATABASE", "lake")
                .with("DUCKLAKE_PG_USER", "anna")
                .with("DUCKLAKE_PG_PASSWORD", "opensesame")
                .run("lake", "attach", "ward")
                .exitingWith(2)
                .err())
        .contains("--catalog postgresql://anna@db.hospital.example/lake")
        .contains("DUCKLAKE_PG_HOST")
        .doesNotContain("opensesame");
  }
}
