package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.SchemaChange;
import tarn.assets.WriteMode;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Written;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class SchemaEvolutionTest {
  private static final String COLUMNS =
      "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'lake'"
          + " AND table_name = 't' ORDER BY column_index";

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

  private static WriteMode mode(String name) {
    return switch (name) {
      case "replace" -> Plans.REPLACE;
      case "append" -> Plans.APPEND;
      case "merge" -> Plans.merge(Unmatched.KEEP, "id").mode();
      case "overwrite" -> Plans.overwrite("id").mode();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "append", "merge", "overwrite"})
  void addedColumn_isAppliedInTheSameSnapshot(String mode) {
    bench.write("t", "SELECT 1 AS id", Plans.of(mode(mode)));
    Written second =
        (Written)
            bench.write("t", "SELECT 2 AS id, 'x' AS note, {'a': 1} AS s", Plans.of(mode(mode)));
    bench.lake.reopen();

    assertThat(bench.rows("FROM t WHERE id = 2")).containsExactly("2|x|{a=1}");
    assertThat(bench.rows("FROM t WHERE id = 1"))
        .isEqualTo(mode.equals("replace") ? List.of() : List.of("1|NULL|NULL"));
    assertThat(bench.rows("FROM t AT (VERSION => " + (second.snapshot() - 1) + ")"))
        .containsExactly("1");
    assertThat(bench.rows(COLUMNS))
        .containsExactly("id|INTEGER", "note|VARCHAR", "s|STRUCT(a INTEGER)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "append", "merge", "overwrite"})
  void widenedColumns_areAppliedAndFiltersStayTrue(String mode) {
    bench.write(
        "t",
        "SELECT 1 AS id, 0 AS exact, 0::INTEGER AS real, DATE '2020-01-01' AS day, 1.5::DECIMAL(4,1) AS price",
        Plans.of(mode(mode)));
    bench.write(
        "t",
        "SELECT 2 AS id, 3000000000 AS exact, 0.5::DOUBLE AS real,"
            + " TIMESTAMP '2020-01-01 12:00:00' AS day, 1.53::DECIMAL(8,3) AS price",
        Plans.of(mode(mode)));
    bench.lake.reopen();

    assertThat(bench.rows(COLUMNS))
        .containsExactly(
            "id|INTEGER", "exact|BIGINT", "real|DOUBLE", "day|TIMESTAMP", "price|DECIMAL(8,3)");
    // In a file of the old type, DuckLake would round these constants to that type and find row 1.
    assertThat(bench.rows("SELECT id FROM t WHERE real = 0.5")).containsExactly("2");
    assertThat(bench.rows("SELECT id FROM t WHERE day >= TIMESTAMP '2020-01-01 12:00:00'"))
        .containsExactly("2");
    assertThat(bench.rows("SELECT id FROM t WHERE price = 1.53")).containsExactly("2");
    assertThat(bench.rows("SELECT id FROM t WHERE exact >= 3000000000")).containsExactly("2");
    if (!mode.equals("replace")) {
      assertThat(bench.rows("SELECT exact, real, day::VARCHAR, price FROM t WHERE id = 1"))
          .containsExactly("0|0.0|2020-01-01 00:00:00|1.500");
    }
  }

  @Test
  void nestedColumns_evolveFieldByField() {
    WritePlan plan = Plans.of(Plans.APPEND);
    bench.write(
        "t",
        "SELECT 1 AS id, {'x': 1::INTEGER, 'y': 'a'} AS s, [{'p': 1::INTEGER}] AS l,"
            + " MAP {'k': 1::INTEGER} AS m",
        plan);
    bench.write(
        "t",
        "SELECT 2 AS id, {'y': 'b', 'x': 9000000000, 'z': 0.5::DOUBLE} AS s,"
            + " [{'p': 9000000000, 'q': 'n'}] AS l, MAP {'k': 9000000000} AS m",
        plan);
    bench.lake.reopen();

    assertThat(bench.rows("SELECT id, s.x, s.y, s.z, l[1].p, l[1].q, m['k'] FROM t ORDER BY id"))
        .containsExactly("1|1|a|NULL|1|NULL|1", "2|9000000000|b|0.5|9000000000|n|9000000000");
    assertThat(bench.rows("SELECT id FROM t WHERE s.x > 5")).containsExactly("2");
    assertThat(bench.rows("SELECT id FROM t WHERE s.z = 0.5")).containsExactly("2");
  }

  @Test
  void nestedFieldThatNeedsARewrite_isReadRightByFilters() {
    WritePlan plan = Plans.of(Plans.APPEND);
    bench.write("t", "SELECT 1 AS id, {'x': 0::INTEGER} AS s", plan);
    bench.write("t", "SELECT 2 AS id, {'x': 0.5::DOUBLE} AS s", plan);

    assertThat(bench.rows("SELECT id FROM t WHERE s.x = 0.5")).containsExactly("2");
    assertThat(bench.rows("SELECT id, s.x FROM t ORDER BY id")).containsExactly("1|0.0", "2|0.5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "append", "merge", "overwrite"})
  void droppedColumn_isRefusedUnlessAllowed(String mode) {
    bench.write("t", "SELECT 1 AS id, 'a' AS \"the note\", 5 AS n", Plans.of(mode(mode)));
    long snapshots = bench.snapshots();

    assertThatThrownBy(() -> bench.write("t", "SELECT 2 AS id, 6 AS n", Plans.of(mode(mode))))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_CHANGE_REFUSED);
              assertThat(e).hasMessageContaining("column `the note` (VARCHAR) is missing");
              assertThat(e.remedy()).contains("allow = [\"drop_column\"]");
            });
    assertThat(bench.snapshots()).isEqualTo(snapshots);

    bench.write(
        "t", "SELECT 2 AS id, 6 AS n", Plans.allowing(mode(mode), SchemaChange.DROP_COLUMN));
    bench.lake.reopen();
    assertThat(bench.rows("SELECT id, n FROM t ORDER BY id"))
        .isEqualTo(mode.equals("replace") ? List.of("2|6") : List.of("1|5", "2|6"));
    assertThat(bench.rows(COLUMNS)).containsExactly("id|INTEGER", "n|INTEGER");
  }

  @Test
  void narrowedColumn_isRefusedUnlessAllowed() {
    bench.replace("t", "SELECT 1 AS id, 7::BIGINT AS n, 'a' AS v");

    assertThatThrownBy(() -> bench.replace("t", "SELECT 1 AS id, 7::INTEGER AS n, 5 AS v"))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("column `n` would go from BIGINT to INTEGER")
        .hasMessageContaining("column `v` would go from VARCHAR to INTEGER");

    bench.write(
        "t",
        "SELECT 1 AS id, 7::INTEGER AS n, 5 AS v",
        Plans.allowing(Plans.REPLACE, SchemaChange.NARROW_TYPE));
    bench.lake.reopen();
    assertThat(bench.rows("SELECT id, n, v FROM t")).containsExactly("1|7|5");
    assertThat(bench.rows(COLUMNS)).containsExactly("id|INTEGER", "n|INTEGER", "v|INTEGER");
  }

  @Test
  void narrowedColumnOfATableWhoseRowsStay_carriesThemOver() {
    bench.write("t", "SELECT 1 AS id, '12' AS v, 'k' AS w", Plans.of(Plans.APPEND));
    WritePlan allowing = Plans.allowing(Plans.APPEND, SchemaChange.NARROW_TYPE);
    bench.write("t", "SELECT 2 AS id, 13 AS v, 'l' AS w", allowing);
    bench.lake.reopen();

    assertThat(bench.rows("SELECT id, v + 1, w FROM t ORDER BY id"))
        .containsExactly("1|13|k", "2|14|l");
    assertThat(bench.rows("SELECT id FROM t WHERE v = 12")).containsExactly("1");
  }

  @Test
  void narrowedColumnWhoseOldValuesDoNotFit_leavesTheTableAsItWas() {
    bench.write("t", "SELECT 1 AS id, 'twelve' AS v", Plans.of(Plans.APPEND));
    long snapshots = bench.snapshots();

    assertThatThrownBy(
            () ->
                bench.write(
                    "t",
                    "SELECT 2 AS id, 13 AS v",
                    Plans.allowing(Plans.APPEND, SchemaChange.NARROW_TYPE)))
        .hasMessageContaining("twelve");
    assertThat(bench.snapshots()).isEqualTo(snapshots);
    assertThat(bench.rows("FROM t")).containsExactly("1|twelve");
  }

  @Test
  void narrowerOutputOfATableWhoseRowsStay_isCastToTheTable() {
    bench.write("t", "SELECT 1::BIGINT AS id", Plans.of(Plans.APPEND));
    bench.write("t", "SELECT 2::INTEGER AS id", Plans.of(Plans.APPEND));

    assertThat(bench.rows("FROM t ORDER BY id")).containsExactly("1", "2");
    assertThat(bench.rows(COLUMNS)).containsExactly("id|BIGINT");
  }

  @Test
  void everyColumnReplaced_worksInOneTransaction() {
    bench.replace("t", "SELECT 1 AS a, 'x' AS b");
    bench.write(
        "t", "SELECT 2.5 AS c, [1] AS d", Plans.allowing(Plans.REPLACE, SchemaChange.DROP_COLUMN));
    bench.lake.reopen();

    assertThat(bench.rows("FROM t")).containsExactly("2.5|[1]");
    bench.write(
        "t",
        "SELECT true AS c, DATE '2020-01-01' AS d",
        Plans.allowing(Plans.REPLACE, SchemaChange.NARROW_TYPE));
    bench.lake.reopen();
    assertThat(bench.rows("FROM t")).containsExactly("true|2020-01-01");
  }

  @Test
  void commentsOfColumns_stayThroughEveryChange() {
    bench.write(
        "t",
        "SELECT 1 AS id, '12' AS v, 0 AS w",
        Plans.described("A table", Map.of("id", "Number", "v", "Value", "w", "Weight")));
    bench.write(
        "t",
        "SELECT 1 AS id, 12 AS v, 0.5::DOUBLE AS w, 1 AS added",
        Plans.allowing(Plans.REPLACE, SchemaChange.NARROW_TYPE));
    bench.lake.reopen();

    assertThat(bench.rows(COLUMNS.replace("data_type", "comment")))
        .containsExactlyInAnyOrder("id|Number", "w|Weight", "v|Value", "added|NULL");
    assertThat(bench.value("SELECT comment FROM duckdb_tables() WHERE table_name = 't'"))
        .isEqualTo("A table");
  }

  @Test
  void columnsInAnotherOrderOrCase_areTheSameColumns() {
    bench.replace("t", "SELECT 1 AS Id, 'a' AS \"Name\"");
    Materialization same = bench.replace("t", "SELECT 'a' AS NAME, 1 AS ID");

    assertThat(same).isInstanceOf(Materialization.Unchanged.class);
    bench.replace("t", "SELECT 'b' AS name, 2 AS id");
    assertThat(bench.rows(COLUMNS)).containsExactly("Id|INTEGER", "Name|VARCHAR");
    assertThat(bench.rows("FROM t")).containsExactly("2|b");
  }

  @Test
  void oddIdentifiers_areKept() {
    String query =
        "SELECT 1 AS \"select\", 2 AS \"a \"\"quoted\"\" b\", 3 AS \"ünïcode\", 4 AS \"x.y\", 5 AS \"c0\"";
    bench.replace("t", query);
    bench.replace("t", query.replace("5 AS", "6 AS"));
    bench.replace("group/order", "SELECT 1 AS \"table\"");

    assertThat(bench.rows("FROM t")).containsExactly("1|2|3|4|6");
    assertThat(bench.rows("FROM \"group\".\"order\"")).containsExactly("1");
  }

  @Test
  void duplicateColumns_areRefusedByName() {
    assertThatThrownBy(() -> bench.replace("t", "SELECT 1 AS id, 2 AS Id"))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ASSET_QUERY_INVALID))
        .hasMessageContaining("`id` and `Id`");
  }

  @Test
  void emptyResult_makesAnEmptyTable() {
    Written first = (Written) bench.replace("t", "SELECT 1 AS id WHERE false");
    bench.replace("t", "SELECT 1 AS id");
    Written third = (Written) bench.replace("t", "SELECT 1 AS id WHERE false");

    assertThat(first.rows()).isZero();
    assertThat(third.rows()).isZero();
    assertThat(bench.rows("FROM t")).isEmpty();
    assertThat(bench.replace("t", "SELECT 1 AS id WHERE false"))
        .isInstanceOf(Materialization.Unchanged.class);
  }

  @Test
  void notNullColumnOfTheTable_refusesNullsAndStays() {
    bench.replace("t", "SELECT 1 AS id");
    bench.lake.execute("ALTER TABLE t ALTER COLUMN id SET NOT NULL");

    assertThatThrownBy(() -> bench.replace("t", "SELECT NULL::INTEGER AS id"))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("NOT NULL");
    bench.replace("t", "SELECT 2 AS id");
    assertThat(bench.rows("FROM t")).containsExactly("2");
  }

  @Test
  void brokenQuery_isNamedAndWritesNothing() {
    bench.replace("t", "SELECT 1 AS id");
    long snapshots = bench.snapshots();

    assertThatThrownBy(() -> bench.replace("t", "SELECT idd FROM t"))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_INVALID))
        .hasMessageContaining("idd");
    assertThatThrownBy(
            () ->
                bench.replace(
                    "t",
                    "SELECT CASE WHEN range > 5000 THEN error('half way') ELSE 1 END AS id FROM range(10000)"))
        .hasMessageContaining("half way");
    assertThat(bench.snapshots()).isEqualTo(snapshots);
  }
}
