package tarn.assets.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.graph.AssetGraph;
import tarn.assets.run.AssetState.Failed;
import tarn.assets.run.AssetState.NotRun;
import tarn.assets.run.AssetState.Reason;
import tarn.assets.run.AssetState.Skipped;
import tarn.assets.run.AssetState.Unchanged;
import tarn.assets.run.AssetState.Written;
import tarn.assets.run.RunReport.Outcome;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class MaterializerTest {
  @TempDir Path folder;
  private RunningStation station;

  @BeforeEach
  void open() {
    station = RunningStation.in(folder);
  }

  @AfterEach
  void close() {
    station.close();
  }

  private static AssetKey key(String text) {
    return AssetKey.parse(text);
  }

  private static Failed failure(RunReport report, String key) {
    return (Failed) report.state(key(key));
  }

  @Test
  void runs_haveIdsThatSortByTime() throws InterruptedException {
    station.asset("a", "SELECT 1 AS x");
    String first = station.run().runId();
    Thread.sleep(2);
    String second = station.run().runId();

    assertThat(first)
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(second).isGreaterThan(first);
    assertThat(station.value("SELECT DISTINCT run_id FROM _tarn.materializations"))
        .isEqualTo(first);
  }

  @Test
  void aNewDefinition_runsAgainWithAllThatReadsIt() {
    station.asset("a", "SELECT 1 AS x").asset("b", "SELECT x + 1 AS y FROM a");
    station.asset("c", "SELECT 5 AS z");
    station.run();

    station.asset("a", "SELECT 10 AS x");
    RunReport report = station.run();

    assertThat(report.state(key("a"))).isInstanceOf(Written.class);
    assertThat(report.state(key("b"))).isInstanceOf(Written.class);
    assertThat(report.state(key("c"))).isInstanceOf(Skipped.class);
    assertThat(station.value("FROM b")).isEqualTo("11");
  }

  @Test
  void equalContent_sparesWhatReadsIt() {
    station.asset("a", "SELECT 1 AS x").asset("b", "SELECT x + 1 AS y FROM a");
    station.run();
    long snapshots = station.snapshots();

    station.asset("a", "SELECT 2 - 1 AS x");
    RunReport report = station.run();

    assertThat(report.state(key("a"))).isInstanceOf(Unchanged.class);
    assertThat(report.state(key("b"))).isInstanceOf(Skipped.class);
    assertThat(station.snapshots()).isEqualTo(snapshots);
  }

  @Test
  void everything_isWrittenOnDemandAndSkippedAfterwards() {
    station.asset("a", "SELECT 1 AS x").asset("b", "SELECT x + 1 AS y FROM a");
    station.run();

    RunReport report = station.run("*", Rerun.EVERYTHING, RunListener.none());

    assertThat(report.results())
        .allSatisfy(result -> assertThat(result.state()).isInstanceOf(Written.class));
    assertThat(station.value("FROM b")).isEqualTo("2");
    assertThat(station.run().results())
        .allSatisfy(result -> assertThat(result.state()).isInstanceOf(Skipped.class));
  }

  @Test
  void aTableThatSomebodyChanged_isMadeAgain() {
    station.asset("a", "SELECT 1 AS x").asset("b", "SELECT x + 1 AS y FROM a");
    station.run();
    station.execute("UPDATE b SET y = 77");

    assertThat(station.run().state(key("b"))).isInstanceOf(Written.class);
    assertThat(station.value("FROM b")).isEqualTo("2");
  }

  @Test
  void aTableOfNoAsset_isWatched() {
    station.execute("CREATE TABLE given AS SELECT 1 AS x");
    station.asset("a", "SELECT sum(x)::BIGINT AS s FROM given");
    station.run();
    assertThat(station.run().state(key("a"))).isInstanceOf(Skipped.class);

    station.execute("INSERT INTO given VALUES (41)");
    assertThat(station.run().state(key("a"))).isInstanceOf(Written.class);
    assertThat(station.value("FROM a")).isEqualTo("42");

    station.execute("DROP TABLE given");
    station.execute("CREATE TABLE given AS SELECT 5 AS x");
    assertThat(station.run().state(key("a"))).isInstanceOf(Written.class);
    assertThat(station.value("FROM a")).isEqualTo("5");
  }

  @Test
  void aView_isNeverTakenForUnchanged() {
    station.execute("CREATE TABLE given AS SELECT 1 AS x");
    station.execute("CREATE VIEW seen AS SELECT x FROM given");
    station.asset("a", "SELECT sum(x)::BIGINT AS s FROM seen");
    station.run();
    assertThat(station.run().state(key("a"))).isInstanceOf(Unchanged.class);

    station.execute("INSERT INTO given VALUES (41)");
    assertThat(station.run().state(key("a"))).isInstanceOf(Written.class);
    assertThat(station.value("FROM a")).isEqualTo("42");
  }

  @Test
  void aFileThatAQueryReads_isReadEachTime() {
    station.file("data/x.csv", "x\n1\n");
    station.asset("a", "SELECT * FROM read_csv('" + folder.resolve("data/x.csv") + "')");
    station.run();
    assertThat(station.run().state(key("a"))).isInstanceOf(Unchanged.class);

    station.file("data/x.csv", "x\n2\n");
    assertThat(station.run().state(key("a"))).isInstanceOf(Written.class);
    assertThat(station.value("FROM a")).isEqualTo("2");
  }

  @Test
  void aNewDescription_reachesTheTable() {
    station.asset("a", "/* tarn\ndescription = 'old'\n*/ SELECT 1 AS x");
    station.run();
    station.asset("a", "/* tarn\ndescription = 'new'\n*/ SELECT 1 AS x");

    assertThat(station.run().state(key("a"))).isInstanceOf(Written.class);
    assertThat(station.value("SELECT comment FROM duckdb_tables() WHERE table_name = 'a'"))
        .isEqualTo("new");
    assertThat(station.run().state(key("a"))).isInstanceOf(Skipped.class);
  }

  @Test
  void aFailingCheck_leavesTheTableAndKeepsBackWhatReadsIt() {
    station.asset("a", "SELECT 1 AS x").asset("b", "SELECT x + 1 AS y FROM a");
    station.run();
    station.asset("a", "/* tarn\nchecks = [{ not_null = ['x'] }]\n*/ SELECT NULL::INTEGER AS x");

    RunReport report = station.run();

    assertThat(failure(report, "a").code()).isEqualTo(ErrorCode.CHECK_FAILED);
    assertThat(report.state(key("b")))
        .isEqualTo(new NotRun(new Reason.Upstream(new TreeSet<>(Set.of(key("a"))))));
    assertThat(station.value("FROM a")).isEqualTo("1");
    assertThat(station.value("SELECT count(*) FROM _tarn.check_results WHERE NOT passed"))
        .isEqualTo("1");
  }

  @Test
  void aFailingQuery_namesItsFile() {
    station.asset("raw/a", "SELECT 'x'::INTEGER AS x");

    Failed failed = failure(station.run(), "raw/a");

    assertThat(failed.code()).isEqualTo(ErrorCode.ASSET_QUERY_INVALID);
    assertThat(failed.message()).startsWith("assets/raw/a.sql: Conversion Error");
  }

  @Test
  void theCatalog_isLetGoOfAfterFirstTablesWereMadeSideBySide() {
    station
        .asset("u/a", "SELECT 1 AS x")
        .asset("v/b", "SELECT 2 AS x")
        .asset("u/c", "SELECT 3 AS x");
    assertThat(station.run().outcome()).isEqualTo(Outcome.DONE);
    station.close();

    station = RunningStation.in(folder);
    assertThat(station.value("FROM v.b")).isEqualTo("2");
  }

  @Test
  void anAssetWhoseInputWasNeverMade_saysWhatToSelect() {
    station.asset("a", "SELECT 1 AS x").asset("b", "SELECT x + 1 AS y FROM a");

    Failed failed = failure(station.run("b"), "b");

    assertThat(failed.message()).isEqualTo("b reads a, which has no table yet.");
    assertThat(failed.remedy()).contains("'+b'");
    assertThat(station.rows("SHOW TABLES")).isEmpty();
  }

  @Test
  void selectedAssets_waitForEachOtherThroughOthers() {
    station.asset("a", "SELECT 1 AS x").asset("b", "SELECT x + 1 AS y FROM a");
    station.asset("c", "SELECT y + 1 AS z FROM b");
    station.run();
    station.asset("a", "SELECT error('no') AS x");

    RunReport report = station.run("a or c");

    assertThat(report.results()).hasSize(2);
    assertThat(report.state(key("c"))).isInstanceOf(NotRun.class);
  }

  @Test
  void codeThatThrows_isReportedWithThePlaceAndTheRestGoesOn() {
    station.code(
        CodeAssets.of(
            "bad",
            _ -> {
              // Its place lies in the library that it calls.
              return Output.relation("SELECT " + Integer.parseInt("many"));
            }));
    station.code(
        CodeAssets.of(
            "deep",
            _ -> {
              throw new StackOverflowError();
            }));
    station.code(CodeAssets.of("good", _ -> Output.relation("SELECT 7 AS x")));
    station.asset("sql", "SELECT error('and this') AS x");

    RunReport report = station.run();

    Failed bad = failure(report, "bad");
    assertThat(bad.code()).isEqualTo(ErrorCode.ASSET_FAILED);
    assertThat(bad.message()).contains("NumberFormatException").contains("plugins/test.jar");
    assertThat(bad.trace()).anyMatch(line -> line.contains("java.lang.Integer.parseInt"));
    assertThat(failure(report, "deep").code()).isEqualTo(ErrorCode.ASSET_FAILED);
    assertThat(failure(report, "sql").message()).contains("and this");
    assertThat(report.state(key("good"))).isInstanceOf(Written.class);
    assertThat(station.value("FROM good")).isEqualTo("7");
  }

  @Test
  void codeThatReadsWhatItDidNotDeclare_isRefused() {
    station.asset("a", "SELECT 1 AS x");
    station.code(CodeAssets.of("b", context -> context.input(key("a")), "a"));
    station.code(CodeAssets.of("c", context -> context.input(key("a"))));

    RunReport report = station.run();

    assertThat(report.state(key("b"))).isInstanceOf(Written.class);
    assertThat(failure(report, "c").message()).contains("without having declared it");
  }

  public record Reading(long id, String unit) {}

  @Test
  void codeThatStreamsRecords_isWritten() {
    station.code(
        CodeAssets.of(
            "readings",
            context -> {
              context.log("two of them");
              return Output.rows(
                  Reading.class, Stream.of(new Reading(1, "mg"), new Reading(2, "g")));
            }));
    List<String> lines = new java.util.concurrent.CopyOnWriteArrayList<>();

    RunReport report =
        station.run(
            "*",
            Rerun.WHAT_CHANGED,
            new RunListener() {
              @Override
              public void logged(AssetKey key, String message) {
                lines.add(key + ": " + message);
              }
            });

    assertThat(report.state(key("readings"))).isInstanceOf(Written.class);
    assertThat(((Written) report.state(key("readings"))).materialization().rows()).isEqualTo(2);
    assertThat(station.rows("FROM readings ORDER BY id")).containsExactly("1|mg", "2|g");
    assertThat(lines).containsExactly("readings: two of them");
  }

  @Test
  void aProgramOutOfMemory_startsNothingMoreAndSaysSo() {
    station.code(
        CodeAssets.of(
            "a",
            _ -> {
              throw new OutOfMemoryError("Java heap space");
            }));
    station.asset("b", "SELECT * FROM a2");
    station.asset("a2", "SELECT 1 AS x");
    station.code(CodeAssets.of("later", _ -> Output.relation("SELECT 1 AS x"), "a2"));

    RunReport report = station.run();

    assertThat(failure(report, "a").code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(failure(report, "a").message()).contains("Java heap space");
    assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(report.results()).hasSize(4);
    assertThat(report.state(key("later"))).isEqualTo(new NotRun(new Reason.OutOfMemory()));
  }

  @Test
  void anUnknownCommit_isToldApart() {
    station.code(
        CodeAssets.of(
            "a",
            _ -> {
              throw new TarnException(
                  ErrorCode.COMMIT_UNKNOWN, "who knows", "Look.", Effect.OUTCOME_UNKNOWN, null);
            }));
    station.asset("b", "SELECT error('no') AS x");
    station.code(CodeAssets.of("c", _ -> Output.relation("SELECT 1 AS x"), "a"));

    RunReport report = station.run();

    assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(report.state(key("c"))).isInstanceOf(NotRun.class);
  }

  @Test
  void cancelling_endsRunningQueriesAndLeavesTheLakeWhole() throws Exception {
    station.asset("quick", "SELECT 1 AS x");
    station.asset(
        "long",
        "SELECT sum(a.range * b.range)::HUGEINT AS s FROM range(1e7::BIGINT) a, range(1e7::BIGINT) b, quick");
    station.asset("after", "SELECT s FROM long");
    AssetGraph graph = station.graph();
    Materializer materializer = station.materializer(graph);
    CountDownLatch started = new CountDownLatch(1);
    Thread canceller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    started.await(1, TimeUnit.MINUTES);
                    Thread.sleep(500);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  materializer.cancel();
                });

    RunReport report =
        materializer.run(
            graph.keys(),
            Rerun.WHAT_CHANGED,
            new RunListener() {
              @Override
              public void started(AssetKey key) {
                if (key.equals(key("long"))) {
                  started.countDown();
                }
              }
            });
    canceller.join();

    assertThat(report.outcome()).isEqualTo(Outcome.INTERRUPTED);
    assertThat(report.state(key("quick"))).isInstanceOf(Written.class);
    assertThat(report.state(key("long"))).isEqualTo(new NotRun(new Reason.Interrupted()));
    assertThat(report.state(key("after"))).isEqualTo(new NotRun(new Reason.Interrupted()));
    assertThat(report.duration()).isLessThan(java.time.Duration.ofSeconds(60));
    assertThat(station.rows("SHOW TABLES")).containsExactly("quick");
    station.asset("long", "SELECT 3 AS s");
    assertThat(station.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(station.value("FROM after")).isEqualTo("3");
  }

  @Test
  void aPlan_saysWhatWouldRunAndWhyAndWritesNothing() {
    station.asset("a", "SELECT 1 AS x").asset("b", "SELECT x + 1 AS y FROM a");
    station.asset("c", "SELECT 5 AS z").asset("clock", "SELECT now() AS t");
    assertThat(verdict("b")).isInstanceOf(RunPlan.Verdict.Runs.class);
    assertThat(station.rows("SHOW ALL TABLES")).isEmpty();
    station.run();
    station.asset("a", "SELECT 10 AS x");
    long snapshots = station.snapshots();

    assertThat(verdict("a"))
        .isEqualTo(new RunPlan.Verdict.Runs(List.of("its definition has changed")));
    assertThat(verdict("b"))
        .isEqualTo(new RunPlan.Verdict.RunsIfChanged(new TreeSet<>(Set.of(key("a")))));
    assertThat(verdict("c")).isEqualTo(new RunPlan.Verdict.Skipped());
    assertThat(verdict("clock"))
        .isInstanceOfSatisfying(
            RunPlan.Verdict.Runs.class,
            runs -> assertThat(runs.reasons()).singleElement().asString().contains("clock"));
    assertThat(station.snapshots()).isEqualTo(snapshots);
  }

  private RunPlan.Verdict verdict(String key) {
    return station.plan().steps().stream()
        .filter(step -> step.key().equals(key(key)))
        .findFirst()
        .orElseThrow()
        .verdict();
  }
}
