package tarn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.Json;
import tarn.it.launcher.Started;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;

/**
 * What can be wrong with a station or its machine, as processes meet it: one clear message with the
 * place and the way out, the exit code that the help promises, and the lake as it was.
 */
@Tag("slow")
class BadInputTest {
  private static final Path TARN = Checkout.folder().resolve("tarn");

  @TempDir Path temporary;
  private Path station;

  @BeforeEach
  void makeStation() throws Exception {
    station = Files.createDirectory(temporary.toRealPath().resolve("ward"));
    write("station.toml", "name = 'ward'\n[engine]\nmemory_limit = '500MB'\nthreads = 2\n");
    write("assets/raw/one.sql", "SELECT range AS id FROM range(100)");
  }

  @Test
  void brokenDefinitions_stopARunBeforeItBegins() throws Exception {
    assertBroken(
        "assets/raw/a.sql",
        "SELECT * FROM raw.b",
        "assets/raw/b.sql",
        "SELECT * FROM raw.a",
        "asset.cycle",
        "raw/a",
        "raw/b");
    assertBroken(
        "assets/raw/a.sql",
        "SELECT * FROM raw.onee",
        "assets/raw/b.sql",
        "SELECT 1 AS i",
        "asset.dependency-unknown",
        "assets/raw/a.sql:1:15",
        "did you mean `raw.one`");
    assertBroken(
        "assets/raw/a.sql",
        "/* tarn\nownerz = [\"x\"]\n*/\nSELECT 1 AS i",
        "assets/raw/b.sql",
        "SELECT 1 AS i",
        "asset.header-invalid",
        "assets/raw/a.sql:2",
        "did you mean `owners`");
  }

  private void assertBroken(
      String file, String text, String other, String otherText, String code, String... words)
      throws Exception {
    write(file, text);
    write(other, otherText);
    var ended = Tarn.start(station, "materialize").end();
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("error[" + code + "]", "→").contains(words);
    assertThat(station.resolve("lake")).doesNotExist();
  }

  @Test
  void brokenSettings_andAFolderThatIsNoStation_areUsageErrors() throws Exception {
    write("station.toml", "name = 'ward'\n[engine]\nmemory_limt = '1GB'\n");
    var broken = Tarn.start(station, "assets").end();
    assertThat(broken.exitCode()).isEqualTo(2);
    assertThat(broken.err())
        .contains("error[setting.unknown]", "station.toml:3", "did you mean `engine.memory_limit`");

    write("station.toml", "name = 'ward\n");
    var torn = Tarn.start(station, "assets").end();
    assertThat(torn.exitCode()).isEqualTo(2);
    assertThat(torn.err()).contains("error[settings.unreadable]", "station.toml:1");

    var nowhere = Tarn.start(temporary, "materialize").end();
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err())
        .contains("error[station.not-found]", temporary.toRealPath().toString(), "tarn init");
  }

  @Test
  void catalogThatAnotherProcessHolds_namesThatProcess() throws Exception {
    Tarn.run(station, "materialize");
    long own = ProcessHandle.current().pid();
    try (ScratchLake _ = ScratchLake.in(station)) {
      for (String command : List.of("materialize", "snapshots")) {
        var ended = Tarn.start(station, command).end();
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(3);
        assertThat(ended.err()).contains("error[catalog.locked]", "process " + own, "→");
      }
      // What needs no lake goes on, and says what it lacks.
      var assets = Tarn.start(station, "assets").end();
      assertThat(assets.exitCode()).isZero();
      assertThat(assets.out()).contains("raw/one", "unknown");
      assertThat(assets.err()).contains("process " + own);
      var doctor = Tarn.start(station, "doctor").end();
      assertThat(doctor.exitCode()).isEqualTo(1);
      assertThat(doctor.out()).contains("failed  catalog", "process " + own);
    }
    assertThat(Tarn.run(station, "query", "--format", "csv", COUNT).out()).isEqualTo("n\n100\n");
  }

  @Test
  void movedStation_isToldWhereTheCatalogSaysThatItsFilesAre() throws Exception {
    Tarn.run(station, "materialize");
    Path moved = Files.move(station, temporary.resolve("moved")).toRealPath();

    var ended = Tarn.start(moved, "query", COUNT).end();

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .contains("error[setting.invalid]", station + "/lake/data", moved + "/lake/data", "→");
    Files.move(moved, station);
    assertThat(Tarn.run(station, "query", "--format", "csv", COUNT).out()).isEqualTo("n\n100\n");
  }

  private static final String COUNT = "SELECT count(*) AS n FROM raw.one";

  @Test
  void placeThatCannotBeWritten_isNamed() throws Exception {
    for (String variable : List.of("TARN_DATA_PATH", "TARN_CATALOG", "TARN_ENGINE_TEMP_FOLDER")) {
      var ended = Tarn.startWith(variable, "/proc/no-such-place/x", station, "materialize").end();
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(3);
      assertThat(ended.err()).contains("error[storage.denied]", "/proc/no-such-place", "→");
    }
  }

  @Test
  void queryThatNeedsTooMuch_fails_andTheLakeIsAsItWas() throws Exception {
    Tarn.run(station, "materialize");
    long before = snapshot();
    write("assets/raw/big.sql", "SELECT list(range) AS l FROM range(80000000)");
    write("station.toml", "[engine]\nmemory_limit = '100MB'\nthreads = 2\nmax_temp_size = '1MB'\n");

    var ended = Tarn.start(station, "materialize", "--json").end();

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    var assets = Json.mapper().readTree(ended.out()).get("assets");
    assertThat(assets.findValuesAsString("code")).containsExactly("engine.out-of-memory");
    assertThat(assets.findValuesAsString("effect")).containsExactly("nothing_written");
    assertThat(assets.findValuesAsString("state")).contains("failed", "skipped");
    assertThat(snapshot()).isLessThanOrEqualTo(before + 1); // a schema may have been made
    assertThat(tables()).isEqualTo("table_name\none\n");
  }

  @Test
  void fullDisk_fails_andTheLakeIsAsItWas() throws Exception {
    assumeTrue(mayMount(), "this user may not mount a small disk for a test");
    write("assets/raw/big.sql", "SELECT random() AS r FROM range(3000000)");
    Path data = Files.createDirectories(station.resolve("lake/data"));

    var ended =
        Started.in(
                station,
                Map.of("JAVA_HOME", System.getProperty("java.home"), "NO_COLOR", "1"),
                Path.of("unshare"),
                "-rm",
                "bash",
                "-c",
                """
                mount -t tmpfs -o size=4m tmpfs '%1$s' && '%2$s' materialize raw/one --quiet || exit 99
                '%2$s' materialize --json > failed.json; code=$?
                '%2$s' query --format csv '%3$s'
                '%2$s' query --format csv "%4$s"
                exit $code"""
                    .formatted(data, TARN, COUNT, TABLES))
            .end();

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    assertThat(Files.readString(station.resolve("failed.json")))
        .contains("\"storage.full\"", data.toString());
    assertThat(ended.out()).isEqualTo("n\n100\ntable_name\none\n");
  }

  private static boolean mayMount() throws Exception {
    Process probe =
        new ProcessBuilder("unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /tmp")
            .redirectErrorStream(true)
            .start();
    return probe.waitFor(20, TimeUnit.SECONDS) && probe.exitValue() == 0;
  }

  @Test
  void killedRun_leavesTheLakeUsable_andNothingHalfWritten() throws Exception {
    write("assets/raw/two.sql", "SELECT random() AS r, id FROM raw.one, range(2000000)");
    Started run = Tarn.start(station, "materialize");
    run.untilItPrints("raw/one");
    Thread.sleep(1500);
    run.killWithAllItStarted().end();

    assertThat(Tarn.run(station, "query", "--format", "csv", COUNT).out()).isEqualTo("n\n100\n");
    assertThat(tables()).isEqualTo("table_name\none\n");
    write("assets/raw/two.sql", "SELECT id FROM raw.one");
    var again = Tarn.json(station, "materialize", "--json");
    assertThat(again.findValuesAsString("state")).containsExactlyInAnyOrder("skipped", "written");
    assertThat(tables()).isEqualTo("table_name\none\ntwo\n");
  }

  @Test
  void interruptedCommand_endsWith130() throws Exception {
    Started query =
        Tarn.start(
            station,
            "query",
            "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range = -b.range - 1");
    // There is no lake yet; a run makes one.
    assertThat(query.end().exitCode()).isEqualTo(3);
    write("assets/raw/two.sql", "SELECT random() AS r, id FROM raw.one, range(20000000)");
    Started run = Tarn.start(station, "materialize");
    run.untilItPrints("raw/one");
    Thread.sleep(1500);
    var ended = run.send("INT").end();
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(130);
    assertThat(ended.err()).contains("nterrupted");
    assertThat(tables()).isEqualTo("table_name\none\n");

    for (String format : List.of("table", "csv", "arrow")) {
      Started long_ =
          Tarn.start(
              station,
              "query",
              "--format",
              format,
              "SELECT sum(hash(a.range + b.range)) AS s FROM range(10000000) a, range(1000000) b");
      Thread.sleep(4000);
      var stopped = long_.send("INT").end();
      assertThat(stopped.exitCode()).as(format + stopped.err()).isEqualTo(130);
      assertThat(stopped.err()).contains("error[interrupted]");
    }
  }

  @Test
  void outputThatIsNotRead_isQuiet_andOneThatIsFull_isAnError() throws Exception {
    Tarn.run(station, "materialize");
    var head =
        bash(
            "'%s' query --format csv 'SELECT range FROM range(3000000)' | head -n 2; echo ${PIPESTATUS[0]}"
                .formatted(TARN));
    assertThat(head.out()).isEqualTo("range\n0\n0\n");
    assertThat(head.err()).isEmpty();

    var full = bash("'%s' query --format csv '%s' > /dev/full".formatted(TARN, COUNT));
    assertThat(full.exitCode()).isEqualTo(3);
    assertThat(full.err()).contains("error[storage.full]", "standard output");
  }

  /** Each result is larger than the heap that the process gets. */
  @Test
  void largeResults_areStreamed() throws Exception {
    Tarn.run(station, "materialize");
    for (String format : List.of("csv", "json", "arrow")) {
      var counted =
          bash(
              "JDK_JAVA_OPTIONS=-Xmx40m '%s' query --format %s \"SELECT repeat('x', 200) || range AS t FROM range(1000000)\" | wc -c; echo ${PIPESTATUS[0]}"
                  .formatted(TARN, format));
      List<String> lines = counted.out().lines().toList();
      assertThat(lines.get(1)).as(counted.err()).isEqualTo("0");
      assertThat(Long.parseLong(lines.get(0).strip())).isGreaterThan(200_000_000L);
    }
  }

  private static final String TABLES =
      "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw' ORDER BY 1";

  private String tables() throws Exception {
    return Tarn.run(station, "query", "--format", "csv", TABLES).out();
  }

  private long snapshot() throws Exception {
    return Tarn.json(station, "snapshots", "--limit", "1", "--json").get(0).get("id").asLong();
  }

  private Started.Ended bash(String script) throws Exception {
    return Started.in(
            station,
            Map.of("JAVA_HOME", System.getProperty("java.home"), "NO_COLOR", "1"),
            Path.of("bash"),
            "-c",
            script)
        .end();
  }

  private void write(String name, String content) throws IOException {
    Path file = station.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
