package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.assets.Check.Severity;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.check.CheckResult;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;
import tarn.assets.io.WritePlan.UnchangedPolicy;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class ChecksTest {
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

  private static Check warning(Rule rule) {
    return new Check("c", rule, Severity.WARNING);
  }

  private static Check blocking(Rule rule) {
    return new Check("c", rule, Severity.BLOCKING);
  }

  /** What each rule finds in the rows of {@code query}: its offending rows and the detail. */
  private List<String> found(String query, Rule... rules) {
    return found("t", query, rules);
  }

  private List<String> found(String table, String query, Rule... rules) {
    List<Check> checks = new ArrayList<>();
    for (Rule rule : rules) {
      checks.add(new Check("c" + checks.size(), rule, Severity.WARNING));
    }
    Materialization done = bench.write(table, query, Plans.checked(checks.toArray(Check[]::new)));
    return done.checks().stream()
        .map(result -> result.passed() + " " + result.offending() + " " + result.detail())
        .toList();
  }

  @Test
  void notNull_countsRowsAndNamesColumns() {
    assertThat(
            found(
                "SELECT * FROM (VALUES (1, 'a'), (NULL, NULL), (3, NULL)) v(id, \"my name\")",
                new Rule.NotNull(List.of("ID", "my name")),
                new Rule.NotNull(List.of("id")),
                new Rule.NotNull(List.of("my name"))))
        .containsExactly(
            "false 2 `ID` is null in 1 rows, `my name` is null in 2 rows",
            "false 1 `id` is null in 1 rows",
            "false 2 `my name` is null in 2 rows");
    assertThat(found("SELECT 1 AS id, 'a' AS \"my name\"", new Rule.NotNull(List.of("id"))))
        .containsExactly("true 0 no nulls");
  }

  @Test
  void unique_countsTheRowsThatAreAlikeAndLeavesNullsAlone() {
    assertThat(
            found(
                "SELECT * FROM (VALUES (1, 'a'), (1, 'a'), (1, 'b'), (NULL, 'a'), (NULL, 'a'))"
                    + " v(x, y)",
                new Rule.Unique(List.of("x", "y")),
                new Rule.Unique(List.of("x"))))
        .containsExactly("false 2 such as x = 1, y = a (2 rows)", "false 3 such as x = 1 (3 rows)");
    assertThat(
            found(
                "SELECT 1 AS x, 'a' AS y, [1] AS l UNION ALL SELECT 2, 'a', [1]",
                new Rule.Unique(List.of("x", "y")),
                new Rule.Unique(List.of("l"))))
        .containsExactly("true 0 no duplicates", "false 2 such as l = [1] (2 rows)");
  }

  @Test
  void acceptedValues_areOfTheColumnsType() {
    assertThat(
            found(
                "SELECT * FROM (VALUES (1, 'M'), (2, 'F'), (3, 'x'), (4, 'u'), (NULL, NULL))"
                    + " v(n, gender)",
                new Rule.AcceptedValues("gender", List.of("M", "F", "it's")),
                new Rule.AcceptedValues("n", List.of("1", "2", "3", "04"))))
        .containsExactly("false 2 `gender` holds 'u' … 'x'", "true 0 all values accepted");
    assertThatThrownBy(
            () -> found("u", "SELECT 1 AS n", new Rule.AcceptedValues("n", List.of("one"))))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ASSET_HEADER_INVALID))
        .hasMessageContaining("'one', which is no INTEGER");
  }

  @Test
  void relationship_findsValuesThatTheOtherTableLacks() {
    bench.replace("omop/location", "SELECT unnest([1, 2, NULL]) AS location_id");
    Rule rule = new Rule.Relationship("loc", AssetKey.parse("omop/location"), "location_id");

    assertThat(found("SELECT unnest([1, 2, 2, NULL]) AS loc", rule))
        .containsExactly("true 0 all found in omop/location");
    assertThat(found("SELECT unnest([1, 3, 3, 4]) AS loc", rule))
        .containsExactly("false 3 such as loc = 3");
    assertThatThrownBy(
            () ->
                found(
                    "SELECT 1 AS loc",
                    new Rule.Relationship("loc", AssetKey.of("nowhere"), "location_id")))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ASSET_QUERY_INVALID))
        .hasMessageContaining("Check `c0` of t cannot run")
        .hasMessageContaining("nowhere");
  }

  @Test
  void rowCount_saysHowManyAreMissingOrTooMany() {
    OptionalLong none = OptionalLong.empty();
    assertThat(
            found(
                "SELECT 1 AS x FROM range(5)",
                new Rule.RowCount(OptionalLong.of(7), none),
                new Rule.RowCount(none, OptionalLong.of(2)),
                new Rule.RowCount(OptionalLong.of(5), OptionalLong.of(5))))
        .containsExactly(
            "false 2 5 rows (wanted: at least 7)",
            "false 3 5 rows (wanted: at most 2)",
            "true 0 5 rows (wanted: at least 5, at most 5)");
  }

  @Test
  void freshness_looksAtTheNewestValue() {
    assertThat(
            found(
                "SELECT now() - INTERVAL 3 HOUR AS at, current_date AS day, NULL::DATE AS never,"
                    + " DATE 'infinity' AS forever, now()::TIMESTAMP - INTERVAL 1 MINUTE AS local",
                new Rule.Freshness("at", Duration.ofHours(4)),
                new Rule.Freshness("at", Duration.ofHours(2)),
                new Rule.Freshness("day", Duration.ofMinutes(1)),
                new Rule.Freshness("never", Duration.ofDays(1)),
                new Rule.Freshness("forever", Duration.ofDays(1))))
        .satisfiesExactly(
            four -> assertThat(four).startsWith("true 0 the newest `at` is "),
            two -> assertThat(two).startsWith("false 1 the newest `at` is "),
            day -> assertThat(day).startsWith("true 0 the newest `day` is "),
            never -> assertThat(never).isEqualTo("false 1 `never` holds no value"),
            forever -> assertThat(forever).isEqualTo("false 1 the newest `forever` is infinity"));
    assertThatThrownBy(
            () -> found("u", "SELECT 1 AS n", new Rule.Freshness("n", Duration.ofDays(1))))
        .hasMessageContaining("of type INTEGER");
  }

  @Test
  void query_returnsTheOffendingRows() {
    assertThat(
            found(
                "SELECT range AS n FROM range(10)",
                new Rule.Query("SELECT * FROM t WHERE n >= 8 -- the last ones"),
                new Rule.Query("SELECT * FROM t WHERE n > 10")))
        .satisfiesExactly(
            some -> assertThat(some).matches("false 2 such as \\{'n': [89]}"),
            none -> assertThat(none).isEqualTo("true 0 no rows"));
    assertThatThrownBy(() -> found("u", "SELECT 1 AS n", new Rule.Query("SELECT nn FROM u")))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ASSET_QUERY_INVALID));
  }

  @Test
  void checkOfAColumnThatIsNotThere_isAnErrorOfTheHeader() {
    assertThatThrownBy(() -> found("SELECT 1 AS name", new Rule.NotNull(List.of("nmae"))))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ASSET_HEADER_INVALID))
        .hasMessageContaining("did you mean `name`?");
    assertThat(bench.rows("SELECT table_name FROM duckdb_tables() WHERE table_name = 't'"))
        .isEmpty();
  }

  @Test
  void blockingCheck_keepsTheLakeAsItWasAndItsResult() {
    Check check = blocking(new Rule.NotNull(List.of("id")));
    bench.write("t", "SELECT 1 AS id", Plans.checked(check));
    List<Path> files = bench.lake.dataFiles();

    assertThatThrownBy(() -> bench.write("t", "SELECT NULL::INTEGER AS id", Plans.checked(check)))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CHECK_FAILED);
              assertThat(e.effect()).isEqualTo(Effect.NOTHING_WRITTEN);
              assertThat(e).hasMessageContaining("c: 1 offending, `id` is null in 1 rows");
              assertThat(e.getSuppressed()).isEmpty();
            });

    assertThat(bench.rows("FROM t")).containsExactly("1");
    assertThat(bench.lake.dataFiles()).isEqualTo(files);
    assertThat(
            bench.rows(
                "SELECT run_id, check_name, severity, passed, offending, detail"
                    + " FROM _tarn.check_results ORDER BY checked_at"))
        .containsExactly(
            "run-1|c|blocking|true|0|no nulls", "run-2|c|blocking|false|1|`id` is null in 1 rows");
    assertThat(bench.rows("SELECT run_id, outcome FROM _tarn.materializations ORDER BY started_at"))
        .containsExactly("run-1|written", "run-2|failed");
    // What failed is not taken for the last content.
    assertThat(bench.write("t", "SELECT 1 AS id", Plans.checked(check)))
        .isInstanceOf(Unchanged.class);
  }

  @Test
  void blockingCheckOfTheFirstWrite_leavesNoTable() {
    assertThatThrownBy(
            () ->
                bench.write(
                    "a/t",
                    "SELECT 1 AS id WHERE false",
                    Plans.checked(
                        blocking(new Rule.RowCount(OptionalLong.of(1), OptionalLong.empty())))))
        .hasMessageContaining("1 offending, 0 rows (wanted: at least 1)");
    assertThat(bench.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'a'"))
        .isEmpty();
  }

  @Test
  void warning_isWrittenAndKept() {
    Written written =
        (Written)
            bench.write(
                "t",
                "SELECT NULL::INTEGER AS id",
                Plans.checked(warning(new Rule.NotNull(List.of("id")))));

    assertThat(written.checks()).extracting(CheckResult::passed).containsExactly(false);
    assertThat(bench.rows("FROM t")).containsExactly("NULL");
    assertThat(
            bench.value(
                "SELECT r.passed FROM _tarn.check_results r JOIN _tarn.materializations m"
                    + " USING (run_id, asset_key) WHERE m.outcome = 'written'"))
        .isEqualTo("false");
  }

  @Test
  void checksOfAMerge_seeTheWholeTableAsItWouldBe() {
    WritePlan plan =
        new WritePlan(
            Plans.merge(Unmatched.KEEP, "id").mode(),
            List.of(),
            Set.of(),
            List.of(blocking(new Rule.Unique(List.of("name")))),
            UnchangedPolicy.SKIP,
            "1",
            Map.of(),
            "",
            Map.of());
    bench.write("t", "SELECT 1 AS id, 'a' AS name UNION ALL SELECT 2, 'b'", plan);

    assertThatThrownBy(() -> bench.write("t", "SELECT 3 AS id, 'a' AS name", plan))
        .hasMessageContaining("name = a (2 rows)");
    bench.write("t", "SELECT 1 AS id, 'c' AS name UNION ALL SELECT 3, 'a'", plan);
    assertThat(bench.rows("FROM t ORDER BY id")).containsExactly("1|c", "2|b", "3|a");
  }

  @Test
  void checkThatIsAddedLater_isTriedThoughTheDataAreTheSame() {
    bench.replace("t", "SELECT NULL::INTEGER AS id");
    long snapshots = bench.snapshots();

    Materialization warned =
        bench.write(
            "t",
            "SELECT NULL::INTEGER AS id",
            Plans.checked(warning(new Rule.NotNull(List.of("id")))));
    assertThat(warned).isInstanceOf(Unchanged.class);
    assertThat(warned.checks()).extracting(CheckResult::passed).containsExactly(false);
    assertThat(bench.snapshots()).isEqualTo(snapshots);

    assertThatThrownBy(
            () ->
                bench.write(
                    "t",
                    "SELECT NULL::INTEGER AS id",
                    Plans.checked(blocking(new Rule.NotNull(List.of("id"))))))
        .hasMessageContaining("`id` is null in 1 rows");
    assertThat(bench.value("SELECT count(*) FROM _tarn.check_results WHERE NOT passed"))
        .isEqualTo("1");
  }

  @Test
  void history_survivesItsRowsBeingMovedIntoFiles() {
    Check check = blocking(new Rule.NotNull(List.of("id")));
    Written first = (Written) bench.write("t", "SELECT 1 AS id", Plans.checked(check));
    Written second = (Written) bench.write("t", "SELECT 2 AS id", Plans.checked(check));
    String history = "SELECT run_id, snapshot_id FROM _tarn.materializations ORDER BY snapshot_id";
    List<String> before = bench.rows(history);
    bench.lake.execute("CALL ducklake_flush_inlined_data('lake')");
    bench.lake.execute("CALL ducklake_merge_adjacent_files('lake')");

    assertThat(before).containsExactly("run-1|" + first.snapshot(), "run-2|" + second.snapshot());
    assertThat(bench.rows(history)).isEqualTo(before);
    assertThat(bench.io().dataVersion(AssetKey.of("t"))).isEqualTo(second.dataVersion());
  }
}
