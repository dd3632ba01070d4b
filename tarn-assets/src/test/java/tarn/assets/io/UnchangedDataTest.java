package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;
import tarn.testkit.BareEngine;

class UnchangedDataTest {
  private static final String QUERY =
      "SELECT range AS id, 'n' || range AS name, range / 7 AS ratio FROM range(5000)";

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void openLake() {
    bench = Bench.in(folder);
  }

  @AfterEach
  void closeLake() {
    bench.close();
  }

  @Test
  void dataVersion_isTheSumOfHashesThatABareEngineComputes() {
    Written written = (Written) bench.replace("t", QUERY);

    try (BareEngine engine = BareEngine.start()) {
      String expected =
          engine.value(
              "SELECT format('v1:1.5.5:{}:{:032x}', count(*),"
                  + " sum((hash(hash(id, name, ratio)) >> 1)::BIGINT))"
                  + " FROM ("
                  + QUERY
                  + ")");
      assertThat(written.dataVersion()).contains(expected);
    }
  }

  @Test
  void equalContentInAnotherOrder_leavesNoSnapshotAndNoFile() {
    Written first = (Written) bench.write("t", QUERY, Plans.made("1", Map.of("a", "1")));
    long snapshots = bench.snapshots();
    List<Path> files = bench.lake.dataFiles();

    // Other inputs: likely changed, so it is written and rolled back.
    Materialization written =
        bench.write("t", QUERY + " ORDER BY id DESC", Plans.made("2", Map.of("a", "2")));
    // The same inputs: read for its hash alone.
    Materialization read = bench.write("t", QUERY, Plans.made("2", Map.of("a", "1")));

    assertThat(written).isInstanceOf(Unchanged.class);
    assertThat(read).isInstanceOf(Unchanged.class);
    assertThat(((Unchanged) written).snapshot()).isEqualTo(first.snapshot());
    assertThat(((Unchanged) written).dataVersion()).isEqualTo(first.dataVersion().orElseThrow());
    assertThat(bench.snapshots()).isEqualTo(snapshots);
    assertThat(bench.lake.dataFiles()).isEqualTo(files);
  }

  @Test
  void oneOtherValue_isNoticed() {
    bench.replace("t", QUERY);
    Materialization second =
        bench.replace("t", QUERY.replace("'n' || range", "'n' || (range + (range = 4999)::INT)"));

    assertThat(second).isInstanceOf(Written.class);
    assertThat(bench.value("SELECT name FROM t WHERE id = 4999")).isEqualTo("n5000");
  }

  @Test
  void duplicatedRows_areNoticed() {
    bench.replace("t", "SELECT 1 AS id");
    Materialization second = bench.replace("t", "SELECT 1 AS id FROM range(3)");

    assertThat(second.rows()).isEqualTo(3);
    assertThat(bench.value("SELECT count(*) FROM t")).isEqualTo("3");
  }

  @Test
  void aTableThatOthersTouched_isComparedWithItsRealContent() {
    bench.replace("t", "SELECT 1 AS id");
    bench.lake.execute("INSERT INTO t VALUES (2)");
    Materialization restored = bench.replace("t", "SELECT 1 AS id");
    assertThat(restored).isInstanceOf(Written.class);
    assertThat(bench.rows("FROM t")).containsExactly("1");

    bench.lake.execute("INSERT INTO t VALUES (2)");
    long snapshots = bench.snapshots();
    Materialization same = bench.replace("t", "SELECT unnest([1, 2]) AS id");
    assertThat(same).isInstanceOf(Unchanged.class);
    assertThat(bench.snapshots()).isEqualTo(snapshots);
  }

  @Test
  void append_composesTheVersionOfTheWholeTable() {
    bench.write("t", "SELECT 1 AS id", Plans.of(Plans.APPEND));
    Written second = (Written) bench.write("t", "SELECT 2 AS id", Plans.of(Plans.APPEND));
    Written whole = (Written) bench.replace("u", "SELECT unnest([2, 1]) AS id");

    assertThat(second.dataVersion()).isEqualTo(whole.dataVersion());
  }

  @Test
  void alwaysWrite_leavesASnapshotEachTime() {
    bench.write("t", QUERY, Plans.always(Plans.REPLACE));
    long snapshots = bench.snapshots();
    Materialization second = bench.write("t", QUERY, Plans.always(Plans.REPLACE));

    assertThat(second).isInstanceOf(Written.class);
    assertThat(((Written) second).dataVersion()).isEmpty();
    assertThat(bench.snapshots()).isEqualTo(snapshots + 1);
    assertThat(bench.value("SELECT count(*) FROM t")).isEqualTo("5000");
  }

  @Test
  void unchangedSince_tellsWithoutRunning() {
    AssetKey key = AssetKey.of("t");
    WritePlan plan = Plans.made("1", Map.of("a", "v1"));
    assertThat(bench.io().unchangedSince(key, plan)).isEmpty();
    bench.write("t", QUERY, plan);

    assertThat(bench.io().unchangedSince(key, plan)).isPresent();
    assertThat(bench.io().unchangedSince(key, Plans.made("2", Map.of("a", "v1")))).isEmpty();
    assertThat(bench.io().unchangedSince(key, Plans.made("1", Map.of("a", "v2")))).isEmpty();

    bench.replace("other", "SELECT 1 AS x");
    assertThat(bench.io().unchangedSince(key, plan)).isPresent();
    bench.lake.execute("DELETE FROM t WHERE id = 3");
    assertThat(bench.io().unchangedSince(key, plan)).isEmpty();
  }

  @Test
  void aDroppedAndRemadeTable_isNotTakenForTheOldOne() {
    AssetKey key = AssetKey.of("t");
    WritePlan plan = Plans.made("1", Map.of());
    bench.write("t", QUERY, plan);
    bench.lake.execute(
        "CREATE OR REPLACE TABLE t AS SELECT 1::BIGINT AS id, '' AS name, 0.5::DOUBLE AS ratio");

    assertThat(bench.io().unchangedSince(key, plan)).isEmpty();
    assertThat(bench.write("t", QUERY, plan)).isInstanceOf(Written.class);
    assertThat(bench.value("SELECT count(*) FROM t")).isEqualTo("5000");
  }

  @Test
  void aNewDescription_isKeptThoughTheRowsAreTheSame() {
    bench.write("t", QUERY, Plans.described("Old", Map.of("id", "Number")));
    List<Path> files = bench.lake.dataFiles();
    Written second =
        (Written) bench.write("t", QUERY, Plans.described("It's new", Map.of("ID", "Key")));

    assertThat(second.rowsWritten()).isZero();
    assertThat(second.files()).isZero();
    assertThat(bench.value("SELECT comment FROM duckdb_tables() WHERE table_name = 't'"))
        .isEqualTo("It's new");
    assertThat(
            bench.value(
                "SELECT comment FROM duckdb_columns() WHERE table_name = 't' AND column_name = 'id'"))
        .isEqualTo("Key");
    assertThat(bench.lake.dataFiles()).isEqualTo(files);
  }
}
