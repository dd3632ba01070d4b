package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.cli.TypedCommand.Ended;
import tarn.testkit.BareEngine;
import tools.jackson.databind.JsonNode;

class MaterializeCommandTest {
  @TempDir Path folder;
  private Path station;

  @BeforeEach
  void makeStation() throws IOException {
    station = folder.resolve("ward");
    write("station.toml", "[engine]\nmemory_limit = '1GB'\nthreads = 2\n");
    write("data/ages.csv", "id,age\n1,30\n2,50\n");
    write("assets/raw/ages.sql", "SELECT id, age FROM read_csv('data/ages.csv')");
    write("assets/mart/mean.sql", "SELECT avg(age) AS mean FROM raw.ages");
  }

  private void write(String file, String content) throws IOException {
    Path path = station.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private Ended materialize(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "materialize";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return TypedCommand.in(station).run(all);
  }

  private static JsonNode asset(JsonNode report, String key) {
    return report
        .path("assets")
        .valueStream()
        .filter(each -> each.path("key").asString().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void run_reportsEachAssetForAPerson() {
    Ended ended = materialize().exitingWith(0);

    assertThat(ended.out().lines())
        .anyMatch(line -> line.matches("raw/ages +written +2 +2 +1 +\\d+ B +[\\d.]+ s +\\d+"))
        .anyMatch(line -> line.matches("mart/mean +written +1 +1 +1 +\\d+ B +[\\d.]+ s +\\d+"))
        .anyMatch(line -> line.matches("2 written in [\\d.]+ s \\(run [0-9a-f-]{36}\\)"));
    assertThat(ended.err().lines())
        .anyMatch(line -> line.matches("written   raw/ages  \\(2 rows, [\\d.]+ s\\)"));
    assertThat(ended.out() + ended.err()).doesNotContain("\u001b");
  }

  @Test
  void paths_startAtTheStationWhereverTheCommandWasTyped() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Files.createDirectories(elsewhere.resolve("data"));
    Files.writeString(elsewhere.resolve("data/ages.csv"), "id,age\n1,99\n");

    TypedCommand.in(elsewhere).run("-C", "../ward", "materialize", "--quiet").exitingWith(0);

    assertThat(value("SELECT mean FROM lake.mart.mean")).isEqualTo("40.0");
  }

  private String value(String sql) {
    try (BareEngine engine = BareEngine.start()) {
      engine.execute("LOAD ducklake");
      engine.execute(
          "ATTACH 'ducklake:%s/lake/catalog.ducklake' AS lake (READ_ONLY)".formatted(station));
      return engine.value(sql);
    }
  }

  @Test
  void json_isOneObjectOfTheSpecifiedFields() {
    JsonNode first = materialize("--json").exitingWith(0).json();

    assertThat(first.propertyNames())
        .containsExactly(
            "report_version", "run_id", "started_at", "seconds", "outcome", "exit_code", "assets");
    assertThat(first.path("outcome").asString()).isEqualTo("done");
    JsonNode ages = asset(first, "raw/ages");
    assertThat(ages.propertyNames())
        .containsExactly(
            "key",
            "table",
            "state",
            "seconds",
            "rows",
            "rows_written",
            "files",
            "bytes",
            "snapshot",
            "data_version",
            "checks");
    assertThat(ages.path("state").asString()).isEqualTo("written");
    assertThat(ages.path("rows").asLong()).isEqualTo(2);
    assertThat(
            value(
                "SELECT max(snapshot_id) FROM lake._tarn.materializations WHERE asset_key = 'raw/ages'"))
        .isEqualTo(ages.path("snapshot").asString());

    JsonNode second = materialize("--json").exitingWith(0).json();
    assertThat(asset(second, "raw/ages").path("state").asString()).isEqualTo("unchanged");
    assertThat(asset(second, "mart/mean").path("state").asString()).isEqualTo("skipped");
    JsonNode full = materialize("--json", "--full").exitingWith(0).json();
    assertThat(asset(full, "raw/ages").path("state").asString()).isEqualTo("written");
  }

  @Test
  void failures_exitWithOneAndAreToldWithTheWayOut() throws IOException {
    write("assets/raw/ages.sql", "SELECT id, age FROM read_csv('data/gone.csv')");
    write("assets/other.sql", "SELECT error('and that') AS x");

    Ended ended = materialize().exitingWith(1);
    assertThat(ended.err())
        .contains("raw/ages")
        .contains("data/gone.csv")
        .contains("and that")
        .contains("  → ");
    assertThat(ended.out()).contains("because of raw/ages");

    JsonNode report = materialize("--json").exitingWith(1).json();
    assertThat(report.path("outcome").asString()).isEqualTo("failed");
    assertThat(asset(report, "other").path("error").path("code").asString())
        .isEqualTo("asset.query-invalid");
    assertThat(asset(report, "mart/mean").path("reason").path("failed").get(0).asString())
        .isEqualTo("raw/ages");

    Ended quiet = materialize("--quiet").exitingWith(1);
    assertThat(quiet.out()).isEmpty();
    assertThat(quiet.err()).contains("and that");
  }

  @Test
  void quiet_saysNothingWhenAllIsWell() {
    Ended ended = materialize("--quiet").exitingWith(0);

    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void dryRun_writesNothingNotEvenALake() {
    JsonNode plan = materialize("--dry-run", "--json").exitingWith(0).json();
    assertThat(station.resolve("lake")).doesNotExist();
    assertThat(plan.path("assets").valueStream().map(each -> each.path("key").asString()))
        .containsExactly("raw/ages", "mart/mean");
    assertThat(asset(plan, "mart/mean").path("after").get(0).asString()).isEqualTo("raw/ages");

    materialize("--quiet").exitingWith(0);
    String second = materialize("--dry-run").exitingWith(0).out();
    assertThat(second)
        .contains("it reads files: data/ages.csv")
        .contains("if one of these changes: raw/ages");
  }

  @Test
  void mistakes_exitWithTwoAndMakeNoLake() throws IOException {
    assertThat(materialize("raw/agse").exitingWith(2).err()).contains("raw/ages");
    assertThat(materialize("--ful").exitingWith(2).err()).contains("--full");
    write("assets/mart/mean.sql", "SELEC 1");
    assertThat(materialize().exitingWith(2).err()).contains("mean.sql");

    assertThat(station.resolve("lake")).doesNotExist();
  }

  @Test
  void help_hasExamplesAndExitCodes() {
    String help = materialize("--help").exitingWith(0).out();

    assertThat(help).contains("--full", "--dry-run", "--json", "--quiet", "tarn materialize '+");
    assertThat(List.of("0", "1", "2", "3", "4", "130"))
        .allSatisfy(code -> assertThat(help).containsPattern("(?m)^ +" + code + " +\\S"));
  }

  @Test
  void aTerminal_seesABarThatGoesAway() {
    Ended ended = TypedCommand.in(station).onATerminal().with("NO_COLOR", "1").run("materialize");

    assertThat(ended.exitingWith(0).err()).contains("\r").contains("0/2");
    assertThat(ended.err()).doesNotContainPattern("\u001b\\[\\d*m");
    assertThat(Screen.after(ended.err()).lines())
        .anyMatch(line -> line.startsWith("written   raw/ages"))
        .noneMatch(line -> line.contains("/2 "));
  }
}
