package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.SchemaChange;
import tarn.assets.WriteMode;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;

class PartitionsTest {
  private static final String DAYS =
      "SELECT range AS id, DATE '2020-01-01' + (range % 730)::INTEGER AS \"the day\" FROM range(7300)";

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
  void partitionedTable_hasOneFileAPartition() {
    WritePlan plan = Plans.partitioned(Plans.REPLACE, "year(\"the day\")", "month(\"the day\")");
    Written first = (Written) bench.write("t", DAYS, plan);

    assertThat(first.files()).isEqualTo(24);
    assertThat(bench.lake.dataFiles())
        .allMatch(
            file ->
                !file.toString().contains("/t/")
                    || file.toString().matches(".*year=202[01]/month=\\d+/.*"));
    assertThat(bench.value("SELECT count(*) FROM t WHERE \"the day\" < DATE '2021-01-01'"))
        .isEqualTo("3660");
  }

  @Test
  void sameRowsAndPartitions_areUnchanged() {
    WritePlan plan = Plans.partitioned(Plans.REPLACE, "YEAR( \"the day\" )");
    bench.write("t", DAYS, plan);

    assertThat(bench.write("t", DAYS, plan)).isInstanceOf(Unchanged.class);
  }

  @Test
  void otherPartitions_rewriteTheTable() {
    bench.write("t", DAYS, Plans.partitioned(Plans.REPLACE, "year(\"the day\")"));
    Written second =
        (Written) bench.write("t", DAYS, Plans.partitioned(Plans.REPLACE, "bucket(4, id)"));
    Written third = (Written) bench.write("t", DAYS, Plans.of(Plans.REPLACE));

    assertThat(second.files()).isEqualTo(4);
    assertThat(third.files()).isEqualTo(1);
    assertThat(bench.value("SELECT count(DISTINCT id) FROM t")).isEqualTo("7300");
    assertThat(bench.write("t", DAYS, Plans.of(Plans.REPLACE))).isInstanceOf(Unchanged.class);
  }

  @Test
  void partitionColumn_canBeDroppedWhenAllowed() {
    bench.write("t", DAYS, Plans.partitioned(Plans.REPLACE, "year(\"the day\")"));
    bench.write(
        "t", "SELECT 1::BIGINT AS id", Plans.allowing(Plans.REPLACE, SchemaChange.DROP_COLUMN));
    bench.lake.reopen();

    assertThat(bench.rows("FROM t")).containsExactly("1");
  }

  @Test
  void partitionColumnOfAnotherType_isPartitionedByAgain() {
    bench.write("t", "SELECT range AS id, 'p' || range % 2 AS p FROM range(10)", byP(Set.of()));
    bench.write(
        "t",
        "SELECT range AS id, range % 3 AS p FROM range(10)",
        byP(Set.of(SchemaChange.NARROW_TYPE)));
    bench.lake.reopen();

    assertThat(bench.rows("SELECT p, count(*) FROM t GROUP BY p ORDER BY p"))
        .containsExactly("0|4", "1|3", "2|3");
    assertThat(bench.rows("SELECT count(*) FROM t WHERE p = 1")).containsExactly("3");
    assertThat(bench.write("t", "SELECT range AS id, range % 3 AS p FROM range(10)", byP(Set.of())))
        .isInstanceOf(Unchanged.class);
    assertThat(bench.lake.dataFiles()).anyMatch(file -> file.toString().contains("p=2/"));
  }

  private static WritePlan byP(Set<SchemaChange> allowed) {
    return new WritePlan(
        Plans.REPLACE,
        List.of("p"),
        allowed,
        List.of(),
        WritePlan.UnchangedPolicy.SKIP,
        "1",
        Map.of(),
        "",
        Map.of());
  }

  /** DuckLake itself would not find the rows that were written before there were buckets. */
  @ParameterizedTest
  @ValueSource(strings = {"append", "merge", "overwrite"})
  void bucketsOfATableWhoseRowsStay_holdThemToo(String name) {
    WriteMode mode =
        switch (name) {
          case "append" -> Plans.APPEND;
          case "merge" -> Plans.merge(Unmatched.KEEP, "id").mode();
          default -> Plans.overwrite("id").mode();
        };
    bench.write("t", "SELECT range AS id, 'a' AS v FROM range(20)", Plans.of(mode));
    bench.write(
        "t",
        "SELECT range AS id, 'b' AS v FROM range(20, 25)",
        Plans.partitioned(mode, "bucket(4, id)"));
    bench.write(
        "t",
        "SELECT range AS id, 'c' AS v FROM range(25, 30)",
        Plans.partitioned(mode, "bucket(3, id)"));

    for (int id = 0; id < 30; id++) {
      assertThat(bench.rows("SELECT v FROM t WHERE id = " + id))
          .containsExactly(id < 20 ? "a" : id < 25 ? "b" : "c");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "append", "merge", "overwrite"})
  void partitionsTakenAway_leaveAPlainTable(String name) {
    WriteMode mode =
        switch (name) {
          case "replace" -> Plans.REPLACE;
          case "append" -> Plans.APPEND;
          case "merge" -> Plans.merge(Unmatched.KEEP, "id").mode();
          default -> Plans.overwrite("id").mode();
        };
    bench.write("t", "SELECT 1.5::DOUBLE AS p, 1 AS id", Plans.partitioned(mode, "p"));
    bench.write("t", "SELECT NULL::DOUBLE AS p, 2 AS id", Plans.of(mode));
    bench.write("t", "SELECT 7::DOUBLE AS p, 3 AS id", Plans.of(mode));
    bench.lake.reopen();

    assertThat(bench.rows("FROM t ORDER BY id"))
        .isEqualTo(name.equals("replace") ? List.of("7.0|3") : List.of("1.5|1", "NULL|2", "7.0|3"));
    assertThat(bench.rows("SELECT id FROM t WHERE p = 7")).containsExactly("3");
    assertThat(
            bench.value(
                "SELECT count(*) FROM __ducklake_metadata_lake.ducklake_partition_column c"
                    + " JOIN __ducklake_metadata_lake.ducklake_partition_info i USING (partition_id)"
                    + " JOIN __ducklake_metadata_lake.ducklake_table t ON t.table_id = i.table_id"
                    + " WHERE i.end_snapshot IS NULL AND t.table_name = 't'"))
        .isEqualTo("0");
  }

  @Test
  void overwritePartitions_ofAPartitionedTableTouchesOnlyItsFiles() {
    WritePlan plan =
        new WritePlan(
            Plans.overwrite("y").mode(),
            List.of("y"),
            Set.of(),
            List.of(),
            WritePlan.UnchangedPolicy.SKIP,
            "1",
            Map.of(),
            "",
            Map.of());
    bench.write("t", "SELECT range % 3 AS y, range AS id FROM range(300)", plan);
    Written second = (Written) bench.write("t", "SELECT 1 AS y, range AS id FROM range(5)", plan);

    assertThat(second.files()).isEqualTo(1);
    assertThat(bench.rows("SELECT y, count(*) FROM t GROUP BY y ORDER BY y"))
        .containsExactly("0|100", "1|5", "2|100");
  }
}
