package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tarn.assets.AssetKey;
import tarn.assets.FileFormat;
import tarn.assets.Output;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.testkit.BareEngine;

/** Every kind of output through every write mode. */
class OutputKindsTest {
  @TempDir static Path folder;
  private static Bench bench;
  private static BufferAllocator allocator;

  @BeforeAll
  static void openLake() {
    bench = Bench.in(folder);
    allocator = new RootAllocator();
  }

  @AfterAll
  static void closeLake() {
    bench.close();
    allocator.close(); // fails when a batch was not given back
  }

  record Row(long id, String name) {}

  enum Kind {
    RELATION,
    ARROW,
    ROWS,
    CSV,
    JSON,
    NDJSON,
    PARQUET;

    Output of(List<Row> rows) {
      return switch (this) {
        case RELATION -> Output.relation(query(rows));
        case ARROW ->
            Output.arrow(new RowsReader(RecordColumns.of(Row.class), rows.stream(), allocator));
        case ROWS -> Output.rows(Row.class, rows.stream());
        case CSV -> file(rows, FileFormat.CSV, "(FORMAT csv)");
        case JSON -> file(rows, FileFormat.JSON, "(FORMAT json, ARRAY true)");
        case NDJSON -> file(rows, FileFormat.NDJSON, "(FORMAT json)");
        case PARQUET -> file(rows, FileFormat.PARQUET, "(FORMAT parquet)");
      };
    }

    private static String query(List<Row> rows) {
      return rows.isEmpty()
          ? "SELECT 1::BIGINT AS id, '' AS name WHERE false"
          : rows.stream()
              .map(row -> "(" + row.id + "::BIGINT, '" + row.name + "')")
              .collect(Collectors.joining(", ", "SELECT * FROM (VALUES ", ") AS v(id, name)"));
    }

    /** Two files, the rows dealt out between them. */
    private static Output file(List<Row> rows, FileFormat format, String options) {
      try (BareEngine engine = BareEngine.start()) {
        Path place = Files.createTempDirectory(folder, "files");
        for (int part = 0; part < 2; part++) {
          int of = part;
          List<Row> some = rows.stream().filter(row -> row.id % 2 == of).toList();
          if (!some.isEmpty()) {
            engine.execute(
                "COPY (" + query(some) + ") TO '" + place.resolve("f" + part) + "' " + options);
          }
        }
        try (Stream<Path> files = Files.list(place)) {
          return Output.files(format, files.sorted().toList());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final List<Row> FIRST = List.of(new Row(1, "a"), new Row(2, "b"));
  private static final List<Row> SECOND = List.of(new Row(2, "c"), new Row(3, "d"));

  private static Materialization write(Kind kind, String table, List<Row> rows, WritePlan plan) {
    return bench.io().handleOutput(AssetKey.of(table), kind.of(rows), plan);
  }

  /** Two outputs one after the other, the second one once more, and what must be there then. */
  private static void writesTwice(Kind kind, WritePlan plan, String... expected) {
    String table = "t" + bench.snapshots();
    write(kind, table, FIRST, plan);
    Materialization second = write(kind, table, SECOND, plan);
    assertThat(second).isInstanceOf(Written.class);
    assertThat(second.rows()).isEqualTo(expected.length);
    assertThat(bench.rows("SELECT id, name FROM " + table + " ORDER BY id"))
        .containsExactly(expected);
    long snapshots = bench.snapshots();
    List<Path> files = bench.lake.dataFiles();
    assertThat(write(kind, table, SECOND, plan)).isInstanceOf(Unchanged.class);
    assertThat(bench.snapshots()).isEqualTo(snapshots);
    assertThat(bench.lake.dataFiles()).isEqualTo(files);
  }

  @ParameterizedTest
  @EnumSource
  void replace_holdsTheSecondOutput(Kind kind) {
    writesTwice(kind, Plans.of(Plans.REPLACE), "2|c", "3|d");
  }

  @ParameterizedTest
  @EnumSource
  void merge_updatesAndInserts(Kind kind) {
    writesTwice(kind, Plans.merge(Unmatched.KEEP, "id"), "1|a", "2|c", "3|d");
  }

  @ParameterizedTest
  @EnumSource
  void mergeThatDeletes_holdsTheSecondOutput(Kind kind) {
    writesTwice(kind, Plans.merge(Unmatched.DELETE, "id"), "2|c", "3|d");
  }

  @ParameterizedTest
  @EnumSource
  void overwrite_replacesThePartitionsOfTheSecondOutput(Kind kind) {
    writesTwice(kind, Plans.overwrite("id"), "1|a", "2|c", "3|d");
  }

  @ParameterizedTest
  @EnumSource
  void append_addsBoth(Kind kind) {
    String table = "t" + bench.snapshots();
    write(kind, table, FIRST, Plans.of(Plans.APPEND));
    Written second = (Written) write(kind, table, SECOND, Plans.of(Plans.APPEND));

    assertThat(bench.rows("SELECT id, name FROM " + table + " ORDER BY id, name"))
        .containsExactly("1|a", "2|b", "2|c", "3|d");
    assertThat(second.rows()).isEqualTo(4);
    assertThat(second.rowsWritten()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"RELATION", "ARROW", "ROWS"})
  void noRowsAtAll_makeATableWithoutRows(Kind kind) {
    String table = "t" + bench.snapshots();
    Written first = (Written) write(kind, table, List.of(), Plans.of(Plans.REPLACE));
    write(kind, table, FIRST, Plans.of(Plans.REPLACE));
    Written third = (Written) write(kind, table, List.of(), Plans.of(Plans.REPLACE));

    assertThat(first.rows()).isZero();
    assertThat(third.rows()).isZero();
    assertThat(bench.rows("SELECT id, name FROM " + table)).isEmpty();
    assertThat(
            bench.rows(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '"
                    + table
                    + "' ORDER BY column_index"))
        .containsExactly("id|BIGINT", "name|VARCHAR");
    assertThat(write(kind, table, List.of(), Plans.merge(Unmatched.KEEP, "id")))
        .isInstanceOf(Unchanged.class);
    assertThat(write(kind, table, List.of(), Plans.overwrite("id"))).isInstanceOf(Unchanged.class);
    assertThat(write(kind, table, List.of(), Plans.of(Plans.APPEND))).isInstanceOf(Unchanged.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"RELATION", "ARROW", "ROWS"})
  void mergeOfNoRows_deletesAllWhenToldSo(Kind kind) {
    String table = "t" + bench.snapshots();
    WritePlan plan = Plans.merge(Unmatched.DELETE, "id");
    write(kind, table, FIRST, plan);
    write(kind, table, List.of(), plan);

    assertThat(bench.rows("FROM " + table)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void keysThatStandForSeveralRows_areRefused(Kind kind) {
    String table = "t" + bench.snapshots();
    WritePlan plan = Plans.merge(Unmatched.KEEP, "id");
    write(kind, table, FIRST, plan);
    long snapshots = bench.snapshots();

    assertThatThrownBy(() -> write(kind, table, List.of(new Row(2, "x"), new Row(2, "y")), plan))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ASSET_FAILED))
        .hasMessageContaining("id = 2 (2 rows)");
    assertThat(bench.snapshots()).isEqualTo(snapshots);
  }

  @ParameterizedTest
  @EnumSource
  void everyRun_leavesASnapshotWhenToldSo(Kind kind) {
    for (WritePlan plan :
        List.of(
            Plans.always(Plans.REPLACE),
            Plans.always(Plans.merge(Unmatched.KEEP, "id").mode()),
            Plans.always(Plans.overwrite("id").mode()))) {
      String table = "t" + bench.snapshots();
      write(kind, table, FIRST, plan);
      long snapshots = bench.snapshots();
      Written again = (Written) write(kind, table, FIRST, plan);

      assertThat(again.dataVersion()).isEmpty();
      assertThat(bench.snapshots()).isEqualTo(snapshots + 1);
      assertThat(bench.rows("SELECT id, name FROM " + table + " ORDER BY id"))
          .containsExactly("1|a", "2|b");
    }
  }
}
