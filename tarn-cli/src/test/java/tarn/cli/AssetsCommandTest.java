package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.ScratchLake;
import tools.jackson.databind.JsonNode;

class AssetsCommandTest {
  @TempDir Path station;

  @BeforeEach
  void makeStation() throws IOException {
    write("station.toml", "name = 'test'\n");
    write("landing/people-1.csv", "id,city\n1,Ulm\n2,Ulm\n3,Bern\n");
    write(
        "assets/raw/people.toml",
        """
        description = "People as they come"
        owners = ["team:ward"]
        tags = { layer = "raw" }
        write = "append"
        [landing]
        files = ["landing/people-*.csv"]
        columns = { id = "INTEGER", city = "VARCHAR" }
        """);
    write("assets/report/by_city.sql", "SELECT city, count(*) AS n FROM raw.people GROUP BY city");
    write("assets/report/cities.sql", "SELECT count(*) AS n FROM report.by_city");
  }

  @Test
  void withoutALake_everyAssetIsMissing() {
    assertThat(run("assets").exitingWith(0).out())
        .isEqualTo(
            """
            asset           table           kind  group   depends on      materialized  rows  state
            --------------  --------------  ----  ------  --------------  ------------  ----  ----------------
            raw/people      raw.people      csv   raw                                         not materialized
            report/by_city  report.by_city  sql   report  raw/people                          not materialized
            report/cities   report.cities   sql   report  report/by_city                      not materialized
            """);
    assertThat(station.resolve("lake")).doesNotExist();
  }

  @Test
  void afterARun_everyAssetIsCurrent_withItsRows() {
    JsonNode report = run("materialize", "--json").exitingWith(0).json();

    JsonNode assets = run("assets", "--json").exitingWith(0).json();

    assertThat(assets).hasSize(3);
    assertThat(assets.findValuesAsString("state")).containsOnly("current");
    assertThat(rows(assets, 0)).isEqualTo(3);
    assertThat(rows(assets, 1)).isEqualTo(2);
    assertThat(rows(assets, 2)).isEqualTo(1);
    JsonNode people = assets.get(0);
    assertThat(people.get("key").asString()).isEqualTo("raw/people");
    assertThat(people.get("table").asString()).isEqualTo("raw.people");
    assertThat(people.get("tags").get("layer").asString()).isEqualTo("raw");
    assertThat(people.get("dependents").get(0).asString()).isEqualTo("report/by_city");
    assertThat(people.get("last_materialization").get("run_id").asString())
        .isEqualTo(report.get("run_id").asString());
    assertThat(people.get("last_materialization").get("snapshot").asLong())
        .isEqualTo(snapshotOf("raw.people"));
  }

  @Test
  void newFile_waitsAtItsSource() throws IOException {
    run("materialize").exitingWith(0);
    write("landing/people-2.csv", "id,city\n4,Chur\n");

    assertThat(states()).isEqualTo("[files_waiting, current, current]");
    assertThat(run("assets", "raw/people").out()).contains("1 file waits");

    run("materialize").exitingWith(0);
    assertThat(states()).isEqualTo("[current, current, current]");
    assertThat(rows(run("assets", "--json").json(), 0)).isEqualTo(4);
  }

  @Test
  void changedDefinition_isSeen() throws IOException {
    run("materialize").exitingWith(0);
    write("assets/report/by_city.sql", "SELECT city, count(*) AS m FROM raw.people GROUP BY city");

    assertThat(states()).isEqualTo("[current, code_changed, current]");
  }

  @Test
  void tableThatOthersChanged_isSeen_andSoAreItsConsumers() {
    run("materialize").exitingWith(0);
    try (ScratchLake lake = ScratchLake.in(station)) {
      lake.execute("INSERT INTO report.by_city VALUES ('Nowhere', 1)");
    }

    assertThat(states()).isEqualTo("[current, changed_by_others, inputs_changed]");
    assertThat(run("assets", "report/cities").out()).contains("changed: report/by_city");
  }

  @Test
  void droppedTable_isMissing() {
    run("materialize").exitingWith(0);
    try (ScratchLake lake = ScratchLake.in(station)) {
      lake.execute("DROP TABLE report.cities");
    }

    assertThat(states()).isEqualTo("[current, current, missing]");
  }

  @Test
  void failedCheck_isSeen_untilARunSucceeds() throws IOException {
    run("materialize").exitingWith(0);
    String failing =
        "/* tarn\nchecks = [{ row_count = { min = 9 } }]\n*/\n"
            + "SELECT city, count(*) AS n FROM raw.people GROUP BY city";
    write("assets/report/by_city.sql", failing);
    run("materialize").exitingWith(1);

    assertThat(states()).isEqualTo("[current, checks_failed, current]");

    write("assets/report/by_city.sql", "SELECT city, count(*) AS n FROM raw.people GROUP BY city");
    write("landing/people-2.csv", "id,city\n4,Chur\n");
    run("materialize").exitingWith(0);
    assertThat(states()).isEqualTo("[current, current, current]");
  }

  @Test
  void oldMaterialization_isOverdue() throws IOException {
    write(
        "assets/report/cities.sql",
        "/* tarn\nfreshness = \"1s\"\n*/\nSELECT count(*) AS n FROM report.by_city");
    run("materialize").exitingWith(0);
    await(1100);

    assertThat(states()).isEqualTo("[current, current, overdue]");
  }

  @Test
  void selection_narrowsTheList_andAKeyShowsAllOfAnAsset() {
    assertThat(run("assets", "group:report", "--json").exitingWith(0).json()).hasSize(2);
    assertThat(run("assets", "raw/people").exitingWith(0).out())
        .startsWith("raw/people\n")
        .contains(
            "  description   People as they come\n",
            "  owners        team:ward\n",
            "  tags          layer=raw\n",
            "  needed by     report/by_city\n",
            "  state         not materialized\n");
    assertThat(run("assets", "raw/peple").exitingWith(2).err())
        .contains("No asset is called `raw/peple`; did you mean `raw/people`?");
    assertThat(run("assets", "group:nothing").exitingWith(2).err())
        .startsWith("error[selection.empty]");
  }

  @Test
  void noAssets_saysWhereToPutOne(@TempDir Path empty) throws IOException {
    Files.writeString(empty.resolve("station.toml"), "");
    assertThat(TypedCommand.in(empty).run("assets").exitingWith(0).out()).contains("assets/");
    assertThat(TypedCommand.in(empty).run("assets", "--json").exitingWith(0).out())
        .isEqualTo("[ ]\n");
  }

  private String states() {
    return run("assets", "--json").exitingWith(0).json().findValuesAsString("state").toString();
  }

  private static long rows(JsonNode assets, int index) {
    return assets.get(index).get("last_materialization").get("rows").asLong();
  }

  /** As the catalog itself has it. */
  private long snapshotOf(String table) {
    try (ScratchLake lake = ScratchLake.in(station)) {
      return Long.parseLong(lake.value("SELECT DISTINCT snapshot_id FROM " + table));
    }
  }

  private static void await(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void write(String name, String content) throws IOException {
    Path file = station.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private TypedCommand.Ended run(String... arguments) {
    return TypedCommand.in(station).run(arguments);
  }
}
