package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;
import tarn.base.TarnException;

class WriteModesTest {
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
  void replace_holdsTheOutputAndNothingElse() {
    bench.replace("omop/person", "SELECT 1 AS id, 'a' AS name UNION ALL SELECT 2, 'b'");
    Written second =
        (Written)
            bench.replace("omop/person", "SELECT 2 AS id, 'c' AS name UNION ALL SELECT 3, 'd'");

    assertThat(bench.rows("FROM omop.person ORDER BY id")).containsExactly("2|c", "3|d");
    assertThat(second.rows()).isEqualTo(2);
    assertThat(second.rowsWritten()).isEqualTo(2);
    assertThat(second.files()).isEqualTo(1);
    assertThat(second.bytes()).isPositive();
  }

  @Test
  void replace_keepsTheTablesIdentityAndHistory() {
    Written first = (Written) bench.replace("person", "SELECT 1 AS id");
    String id = bench.value(TABLE_ID);
    Written second = (Written) bench.replace("person", "SELECT 2 AS id");

    assertThat(bench.value(TABLE_ID)).isEqualTo(id);
    assertThat(bench.rows("FROM person AT (VERSION => " + first.snapshot() + ")"))
        .containsExactly("1");
    assertThat(
            bench.rows(
                "SELECT change_type, id FROM lake.table_changes('person', %d, %d) ORDER BY ALL"
                    .formatted(second.snapshot(), second.snapshot())))
        .containsExactly("delete|1", "insert|2");
  }

  private static final String TABLE_ID =
      "SELECT table_id FROM ducklake_table_info('lake') WHERE table_name = 'person'";

  @Test
  void replace_readingItsOwnTableSeesWhatWasCommitted() {
    bench.replace("counter", "SELECT 1 AS n");
    bench.replace("counter", "SELECT max(n) + 1 AS n FROM counter UNION ALL SELECT n FROM counter");

    assertThat(bench.rows("FROM counter ORDER BY n")).containsExactly("1", "2");
  }

  @Test
  void replace_withColumnsNamedAsTheLakesOwnKeepsTheRightRows() {
    bench.replace("odd", "SELECT 1 AS snapshot_id, 'a' AS filename");
    bench.replace("odd", "SELECT NULL::INTEGER AS snapshot_id, 'b' AS filename");
    bench.replace("odd2", "SELECT 5 AS rowid");
    bench.replace("odd2", "SELECT 6 AS rowid");

    assertThat(bench.rows("FROM odd")).containsExactly("NULL|b");
    assertThat(bench.rows("FROM odd2")).containsExactly("6");
  }

  @Test
  void append_addsRowsAndNothingWhenThereAreNone() {
    WritePlan plan = Plans.of(Plans.APPEND);
    bench.write("visit", "SELECT 1 AS id", plan);
    bench.write("visit", "SELECT 2 AS id", plan);
    long before = bench.snapshots();
    Materialization nothing = bench.write("visit", "SELECT 3 AS id WHERE false", plan);

    assertThat(bench.rows("FROM visit ORDER BY id")).containsExactly("1", "2");
    assertThat(nothing).isInstanceOf(Unchanged.class);
    assertThat(nothing.rows()).isEqualTo(2);
    assertThat(bench.snapshots()).isEqualTo(before);
  }

  @Test
  void merge_insertsUpdatesAndKeeps() {
    WritePlan plan = Plans.merge(Unmatched.KEEP, "id");
    bench.write("person", "SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, NULL)) v(id, name)", plan);
    Written second =
        (Written)
            bench.write(
                "person", "SELECT * FROM (VALUES (2, 'B'), (3, NULL), (4, 'd')) v(id, name)", plan);

    assertThat(bench.rows("FROM person ORDER BY id"))
        .containsExactly("1|a", "2|B", "3|NULL", "4|d");
    assertThat(second.rowsWritten()).isEqualTo(2);
    assertThat(
            bench.rows(
                "SELECT change_type, id FROM lake.table_changes('person', %d, %d) ORDER BY ALL"
                    .formatted(second.snapshot(), second.snapshot())))
        .containsExactly("insert|4", "update_postimage|2", "update_preimage|2");
  }

  @Test
  void merge_deletesWhatTheOutputLacksWhenToldSo() {
    WritePlan plan = Plans.merge(Unmatched.DELETE, "a", "b");
    bench.write(
        "m", "SELECT * FROM (VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'z')) v(a, b, c)", plan);
    bench.write(
        "m", "SELECT * FROM (VALUES (1, 2, 'Y'), (2, 1, 'z'), (9, 9, 'n')) v(a, b, c)", plan);

    assertThat(bench.rows("FROM m ORDER BY a, b")).containsExactly("1|2|Y", "2|1|z", "9|9|n");
  }

  @Test
  void merge_ofTheSameRowsWritesNothing() {
    WritePlan plan = Plans.merge(Unmatched.DELETE, "id");
    bench.write("person", "SELECT 1 AS id, NULL::VARCHAR AS name", plan);
    long before = bench.snapshots();
    Materialization again = bench.write("person", "SELECT 1 AS id, NULL::VARCHAR AS name", plan);

    assertThat(again).isInstanceOf(Unchanged.class);
    assertThat(bench.snapshots()).isEqualTo(before);
  }

  @Test
  void merge_refusesNullAndDuplicateKeys() {
    WritePlan plan = Plans.merge(Unmatched.KEEP, "id");
    bench.write("person", "SELECT 1 AS id", plan);

    assertThatThrownBy(() -> bench.write("person", "SELECT NULL::INTEGER AS id", plan))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("1 rows have no value in a key column (id)");
    assertThatThrownBy(() -> bench.write("person", "SELECT unnest([7, 7, 8, 8, 8, 9]) AS id", plan))
        .hasMessageContaining("2 keys stand for several rows")
        .hasMessageContaining("id = 7 (2 rows); id = 8 (3 rows)");
    assertThat(bench.rows("FROM person")).containsExactly("1");
  }

  @Test
  void overwritePartitions_replacesOnlyThoseOfTheOutput() {
    WritePlan plan = Plans.overwrite("y");
    bench.write(
        "o", "SELECT * FROM (VALUES (1, 'a'), (1, 'b'), (2, 'c'), (NULL, 'n')) v(y, x)", plan);
    Written second =
        (Written)
            bench.write(
                "o", "SELECT * FROM (VALUES (1, 'z'), (NULL, 'm'), (3, 'd')) v(y, x)", plan);

    assertThat(bench.rows("FROM o ORDER BY y NULLS FIRST, x"))
        .containsExactly("NULL|m", "1|z", "2|c", "3|d");
    assertThat(second.rowsWritten()).isEqualTo(3);
  }

  @Test
  void overwritePartitions_leavesEqualPartitionsAlone() {
    WritePlan plan = Plans.overwrite("y");
    bench.write("o", "SELECT * FROM (VALUES (1, 'a'), (2, 'c')) v(y, x)", plan);
    Written second =
        (Written) bench.write("o", "SELECT * FROM (VALUES (1, 'a'), (2, 'C')) v(y, x)", plan);
    long before = bench.snapshots();
    Materialization third = bench.write("o", "SELECT 2 AS y, 'C' AS x", plan);

    assertThat(bench.rows("FROM o ORDER BY y")).containsExactly("1|a", "2|C");
    assertThat(second.rowsWritten()).isEqualTo(1);
    assertThat(third).isInstanceOf(Unchanged.class);
    assertThat(bench.snapshots()).isEqualTo(before);
  }
}
