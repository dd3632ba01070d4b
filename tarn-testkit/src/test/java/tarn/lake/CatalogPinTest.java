package tarn.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Transaction.Decision;
import tarn.testkit.BareEngine;
import tarn.testkit.ScratchLake;

/** Without pins these tests end with the process: the engine reads freed memory. */
class CatalogPinTest {
  @TempDir Path folder;

  private static void create(Lake lake, String table, Runnable meanwhile) {
    try (Session session = lake.session()) {
      Transaction.run(
          lake,
          session,
          List.of(new TableName("omop", table)),
          within -> {
            within.execute("CREATE TABLE lake.omop." + table + " (i BIGINT)");
            within.update("INSERT INTO lake.omop." + table + " SELECT range FROM range(100)");
            meanwhile.run();
            within.execute("COMMENT ON TABLE lake.omop." + table + " IS 'made'");
            return new Decision.Commit<>(table, new CommitMessage("tester", table, "{}"));
          });
    }
  }

  @Test
  void aNewTable_outlivesAnEngineOutOfMemory() {
    try (ScratchLake scratch = ScratchLake.in(folder, "200MB")) {
      scratch.execute("CREATE SCHEMA omop");
      for (int round = 0; round < 8; round++) {
        int known = round;
        create(scratch.lake(), "t" + round, () -> exhaust(scratch, known));
      }
    }
    tables(8);
  }

  /** The engine empties its caches before it gives up, and what was freed is used again. */
  private static void exhaust(ScratchLake scratch, int known) {
    assertThatThrownBy(
            () ->
                scratch.execute(
                    "CREATE TEMP TABLE x AS SELECT list(range || repeat('a', 40)) FROM range(20000000)"))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE_OUT_OF_MEMORY));
    IntStream.range(0, known)
        .forEach(
            each ->
                scratch.value(
                    "SELECT count(*) FROM omop.t%d AT (VERSION => %d)".formatted(each, each + 2)));
  }

  @Test
  void tablesMadeSideBySide_landInTheirSchema() throws Exception {
    int count = 60;
    try (ScratchLake scratch = ScratchLake.in(folder);
        ExecutorService executor = Executors.newFixedThreadPool(4)) {
      scratch.execute("CREATE SCHEMA omop");
      List<Future<?>> all =
          IntStream.range(0, count)
              .<Future<?>>mapToObj(
                  each ->
                      executor.submit(
                          () ->
                              create(
                                  scratch.lake(),
                                  "t" + each,
                                  () -> scratch.value("SELECT count(*) FROM duckdb_tables()"))))
              .toList();
      for (Future<?> each : all) {
        each.get();
      }
    }
    tables(count);
  }

  private void tables(int count) {
    try (BareEngine engine = BareEngine.start()) {
      engine.execute("LOAD ducklake");
      engine.execute(
          "ATTACH 'ducklake:%s/lake/catalog.ducklake' AS lake (READ_ONLY)".formatted(folder));
      assertThat(
              engine.rows(
                  "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'omop'"))
          .hasSize(count)
          .allMatch(row -> row.endsWith("|made"));
      for (int each = 0; each < count; each++) {
        assertThat(engine.value("SELECT sum(i) FROM lake.omop.t" + each)).isEqualTo("4950");
      }
    }
  }

  @Test
  void definitions_areTellable() {
    assertThat(
            List.of(
                "CREATE TABLE lake.main.t (i INTEGER)",
                "create schema x",
                "  ALTER TABLE t ADD COLUMN x INTEGER",
                "COMMENT ON TABLE t IS 'x'",
                "DROP TABLE t"))
        .allMatch(CatalogPin::isDefinition);
    assertThat(
            List.of(
                "CREATE OR REPLACE TEMP TABLE temp.main._x AS SELECT 1",
                "CREATE TEMPORARY TABLE x (i INTEGER)",
                "DROP TABLE IF EXISTS temp.main._tarn_staged",
                "INSERT INTO t SELECT 1",
                "SELECT 'CREATE TABLE'"))
        .noneMatch(CatalogPin::isDefinition);
  }
}
