package tarn.cli.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.cli.text.Style;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;

class ReadOnlyQueryTest {
  @TempDir static Path folder;
  private static Lake lake;

  @BeforeAll
  static void openLake() {
    try (ScratchLake scratch = ScratchLake.in(folder)) {
      scratch.execute("CREATE SCHEMA omop");
      scratch.execute("CREATE TABLE omop.person AS SELECT 1 AS id, 'p' AS name");
      scratch.execute("CREATE VIEW v AS SELECT 1");
    }
    // Where a file with a relative path would appear: the tests' own folder is no place for it.
    lake = Lake.open(ScratchLake.settings(folder, "1GB"), Access.READ, Checkout.extensions());
  }

  @AfterAll
  static void closeLake() {
    lake.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "  /* a /* nested */ comment; */ SELECT ';' AS a; -- done;",
        "FROM omop.person",
        "WITH p AS (FROM omop.person) SELECT count(*) FROM p",
        "VALUES (1)",
        "TABLE omop.person",
        "(SELECT 1)",
        "DESCRIBE omop.person",
        "SUMMARIZE omop.person",
        "SHOW ALL TABLES",
        "PIVOT omop.person ON name USING count(*)",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPLAIN (FORMAT json) SELECT 1",
        "SELECT $$a;b$$",
        "SELECT 'drop table x; delete from y'",
        "SELECT \"delete\" FROM (SELECT 1 AS \"delete\")",
        "FROM ducklake_snapshots('lake')",
        "FROM lake.snapshots()",
        "SELECT 1 AS query, 2 AS commit",
      })
  void whatOnlyReads_isRun(String sql) {
    assertThat(run(sql)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO omop.person VALUES (9, 'x')",
        "UPDATE omop.person SET name = 'x'",
        "DELETE FROM omop.person",
        "TRUNCATE omop.person",
        "MERGE INTO omop.person USING (SELECT 1 AS id) s ON (person.id = s.id) WHEN MATCHED THEN DELETE",
        "CREATE TABLE t (a INTEGER)",
        "CREATE TEMP TABLE t AS SELECT 1",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE MACRO m() AS 1",
        "CREATE SECRET (TYPE s3)",
        "ALTER TABLE omop.person ADD COLUMN x INTEGER",
        "DROP SCHEMA omop CASCADE",
        "COPY omop.person TO 'stolen.csv'",
        "COPY omop.person FROM 'landing/labs.csv'",
        "COPY FROM DATABASE lake TO memory",
        "EXPORT DATABASE 'stolen'",
        "IMPORT DATABASE 'landing'",
        "ATTACH 'stolen.db'",
        "DETACH lake",
        "USE memory",
        "INSTALL httpfs",
        "LOAD httpfs",
        "FORCE INSTALL httpfs",
        "SET memory_limit = '1TB'",
        "RESET memory_limit",
        "PRAGMA enable_profiling",
        "CALL lake.set_option('parquet_compression', 'zstd')",
        "BEGIN",
        "COMMIT",
        "CHECKPOINT",
        "VACUUM",
        "ANALYZE",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "COMMENT ON TABLE omop.person IS 'x'",
        "EXPLAIN ANALYZE DELETE FROM omop.person",
        "EXPLAIN DELETE FROM omop.person",
        "EXPLAIN ANALYZE COPY omop.person TO 'stolen.csv'",
        "/* harmless */ DROP TABLE omop.person",
        "FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)",
        "FROM ducklake_cleanup_old_files ('lake', cleanup_all => true)",
        "FROM ducklake_expire_snapshots('lake', versions => [1])",
        "FROM \"ducklake_expire_snapshots\"('lake', versions => [1])",
        "FROM lake.expire_snapshots(versions => [1])",
        "FROM lake.delete_orphaned_files(cleanup_all => true)",
        "FROM ducklake_set_option('lake', 'parquet_compression', 'zstd')",
        "FROM query('FROM ducklake_expire_snapshots(''lake'', versions => [1])')",
        "FROM query /* */ ('SELECT 1')",
        "FROM json_execute_serialized_sql('{}')",
        "FROM enable_logging(storage_path => 'stolen')",
        "FROM enable_profiling(save_location => 'stolen')",
        "SELECT nextval('s')",
        "FROM checkpoint('lake')",
      })
  void whatMayChangeSomething_isRefused(String sql) {
    assertRefused(sql, ErrorCode.QUERY_NOT_READ_ONLY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1; DROP TABLE omop.person",
        "SELECT 1; SELECT 2",
        "SELECT 1 ;; SELECT 2",
        "SELECT '\\'; DROP TABLE omop.person; --'",
        "SELECT $a$ $b$ $a$; DROP TABLE omop.person",
        "SELECT 1 /* */; DROP TABLE omop.person /* */",
      })
  void severalStatements_areRefused(String sql) {
    assertRefused(sql, ErrorCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ";", "-- nothing", "/* nothing */"})
  void noStatement_isRefused(String sql) {
    assertRefused(sql, ErrorCode.USAGE);
  }

  /** Tries to close the parentheses that a query is put into. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1) AS x(c0); DROP TABLE omop.person; --",
        "SELECT 1) AS result(c0)) TO 'stolen.csv' --",
        "SELECT 1) --",
        "WITH x AS (DELETE FROM omop.person RETURNING *) FROM x",
        "WITH x AS (INSERT INTO omop.person VALUES (9, 'x') RETURNING id) FROM x",
      })
  void textThatBreaksOut_isRefused(String sql) {
    assertRefused(sql, ErrorCode.QUERY_INVALID, ErrorCode.USAGE);
  }

  private static void assertRefused(String sql, ErrorCode... codes) {
    List<String> before = files();
    var error = catchThrowableOfType(TarnException.class, () -> run(sql));
    assertThat(error).as(sql).isNotNull();
    assertThat(error.code()).as(error.getMessage()).isIn((Object[]) codes);
    assertThat(files()).isEqualTo(before);
    assertThat(run("SELECT id, name FROM omop.person")).contains("\n 1  p\n");
  }

  private static String run(String sql) {
    var out = new ByteArrayOutputStream();
    try (Session session = lake.session()) {
      new QueryRun(session, folder)
          .run(
              sql,
              new QueryRun.Wish(ResultFormat.TABLE, null, Style.PLAIN),
              new Destination.Stream(out));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Every file of the lake and of this process's folder, so that a change of any is seen. */
  private static List<String> files() {
    return Stream.of(folder, Path.of("").toAbsolutePath())
        .flatMap(ReadOnlyQueryTest::files)
        .toList();
  }

  private static Stream<String> files(Path from) {
    try (Stream<Path> all = Files.walk(from, from.equals(folder) ? 9 : 1)) {
      return all
          .filter(Files::isRegularFile)
          .sorted()
          .map(ReadOnlyQueryTest::described)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String described(Path file) {
    try {
      return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
