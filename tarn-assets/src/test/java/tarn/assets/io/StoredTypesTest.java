package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.testkit.BareEngine;

/** What goes into a data file comes out again, is found by filters and met by merges. */
class StoredTypesTest {
  @TempDir static Path folder;
  private static Bench bench;
  private static BareEngine engine;

  @BeforeAll
  static void openLake() {
    bench = Bench.in(folder);
    engine = BareEngine.start();
  }

  @AfterAll
  static void closeLake() {
    bench.close();
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BOOLEAN; true; false",
        "TINYINT; -128; 127",
        "UTINYINT; 0; 255",
        "USMALLINT; 65535",
        "UINTEGER; 4294967295",
        "BIGINT; -9223372036854775808; 9223372036854775807; 0",
        "UBIGINT; 18446744073709551615; 9223372036854775808; 1",
        "DECIMAL(4,1); -999.9; 0.1",
        "DECIMAL(18,2); 1234567890123456.78; -0.01",
        "DECIMAL(38,10); 9999999999999999999999999999.9999999999; -1.5; 0",
        "VARCHAR; ''; ' '; 'it''s'; 'NULL'; repeat('x', 5000); repeat('é', 300); chr(128512); chr(1114111); '\\'; chr(10); '|,\"'",
        "BLOB; ''::BLOB; '\\x00\\xFF'::BLOB; repeat('\\xFF', 300)::BLOB",
        "DATE; '2020-02-29'; '9999-12-31'; 'infinity'; '-infinity'; '0044-03-15 (BC)'",
        "TIME; '00:00:00'; '23:59:59.999999'",
        "TIMESTAMP; '2020-01-01 00:00:00.000001'; 'infinity'; '294246-12-31 23:59:59.999999'; '0044-03-15 (BC) 12:00:00'",
        "TIMESTAMPTZ; '2020-01-01 00:00:00.123456+02'; '2021-10-31 02:30:00+01'; 'infinity'",
        "TIMESTAMP_S; '2020-01-01 00:00:01'; '1969-12-31 23:59:59'",
        "TIMESTAMP_MS; '2020-01-01 00:00:00.001'",
        "TIMESTAMP_NS; '2020-01-01 00:00:00.000000001'; '1677-09-22 00:00:00'; '2262-04-11 00:00:00.123456789'",
        "UUID; '00000000-0000-0000-0000-000000000000'; 'ffffffff-ffff-ffff-ffff-ffffffffffff'; '80000000-0000-0000-0000-000000000000'",
        "JSON; '{\"a\": [1, null]}'; '\"x\"'",
      })
  void value_isFoundAgainByReadersFiltersAndMerges(String example) {
    String[] parts = example.split("; ");
    String table = table(parts);
    for (int value = 1; value < parts.length; value++) {
      String literal = "CAST(" + parts[value] + " AS " + parts[0] + ")";
      assertThat(bench.value("SELECT count(*) FROM " + table + " WHERE v = " + literal))
          .as(parts[value])
          .isEqualTo("1");
      assertThat(
              bench.write(
                  table,
                  "SELECT %d AS n, %s AS v".formatted(value, literal),
                  Plans.merge(Unmatched.KEEP, "v")))
          .as(parts[value])
          .isInstanceOf(Unchanged.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FLOAT; 0.1; 'nan'; '-0.0'; '-infinity'; 3.4028235e38; 1e-45",
        "DOUBLE; 0.1; 'nan'; '-0.0'; 'infinity'; 1.7976931348623157e308; 5e-324",
        "INTEGER[]; []; [NULL]; [1, NULL, 2147483647]",
        "VARCHAR[][]; [[]]; [NULL]; [['a', NULL], []]",
        "STRUCT(a INTEGER, \"b c\" VARCHAR[]); {'a': NULL, 'b c': NULL}; {'a': 1, 'b c': ['x']}",
        "MAP(VARCHAR, DOUBLE); MAP {}; MAP {'a': 1.5, 'b': NULL}",
        "STRUCT(t TIMESTAMPTZ, d DECIMAL(38,2))[]; [{'t': '2020-01-01 00:00:00+00', 'd': -1.5}, NULL]",
      })
  void value_comesBackAsItWas(String example) {
    table(example.split("; "));
  }

  /** Makes a table of one type's values and a NULL, and tries that it holds them. */
  private static String table(String[] parts) {
    StringBuilder query = new StringBuilder("SELECT 0 AS n, CAST(NULL AS " + parts[0] + ") AS v");
    for (int value = 1; value < parts.length; value++) {
      query.append(" UNION ALL SELECT %d, CAST(%s AS %s)".formatted(value, parts[value], parts[0]));
    }
    String table = "t" + bench.snapshots();
    Written written = (Written) bench.replace(table, query.toString());
    bench.lake.reopen();
    String read = "SELECT n, typeof(v), v::VARCHAR FROM %s ORDER BY n";
    assertThat(bench.rows(read.formatted(table)))
        .isEqualTo(engine.rows(read.formatted("(" + query + ")")));
    // The number of a row is the same in flight and read back from its file.
    bench.lake.execute("INSERT INTO " + table + " (n) VALUES (99)");
    bench.lake.execute("DELETE FROM " + table + " WHERE n = 99");
    Materialization again = bench.replace(table, query.toString());
    assertThat(again).isInstanceOf(Unchanged.class);
    assertThat(((Unchanged) again).dataVersion()).isEqualTo(written.dataVersion().orElseThrow());
    return table;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "170141183460469231731687303715884105727::HUGEINT % 100000000000000000000; DECIMAL(38,0)",
        "'b'::ENUM('a', 'b'); VARCHAR",
        "'0101'::BIT; VARCHAR",
        "[1, 2]::INTEGER[2]; INTEGER[]",
        "NULL; INTEGER",
      })
  void typeThatFilesCannotHold_isStoredAsOneThatLosesNothing(String value, String type) {
    String table = "t" + bench.snapshots();
    bench.replace(table, "SELECT " + value + " AS v");

    assertThat(bench.value("SELECT typeof(v) FROM " + table)).isEqualTo(type);
    assertThat(bench.value("SELECT v::VARCHAR FROM " + table))
        .isEqualTo(engine.value("SELECT (" + value + ")::VARCHAR"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INTERVAL 3 DAY",
        "'12:00:00+02'::TIMETZ",
        "[INTERVAL 1 DAY]",
        "{'a': INTERVAL 1 DAY}",
        "170141183460469231731687303715884105727::HUGEINT"
      })
  void valueThatWouldChange_isRefused(String value) {
    List<Path> files = bench.lake.dataFiles();
    assertThatThrownBy(() -> bench.replace("refused", "SELECT " + value + " AS v"))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> assertThat(e.code()).isIn(ErrorCode.ASSET_QUERY_INVALID, ErrorCode.QUERY_INVALID));
    assertThat(bench.lake.dataFiles()).isEqualTo(files);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5::DOUBLE", "[1]", "{'a': 1}", "MAP {'a': 1}"})
  void keyThatCannotBeComparedExactly_isRefused(String value) {
    String table = "t" + bench.snapshots();
    assertThatThrownBy(
            () -> bench.write(table, "SELECT " + value + " AS v", Plans.merge(Unmatched.KEEP, "v")))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ASSET_QUERY_INVALID))
        .hasMessageContaining("which is not exact");
  }
}
