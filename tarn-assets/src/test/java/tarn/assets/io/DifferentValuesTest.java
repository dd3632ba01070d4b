package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.WriteMode;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;
import tarn.testkit.BareEngine;

/** Values that a careless comparison takes for the same; the engine's own hash() does for most. */
class DifferentValuesTest {
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
        "DECIMAL(38,0) | 0 | -1",
        "DECIMAL(38,10) | 0 | -0.0000000001",
        "DECIMAL(38,0) | 0 | 18446744073709551617",
        "DOUBLE | NULL | 'nan'",
        "DOUBLE[] | NULL | []",
        "FLOAT[] | [] | [NULL]",
        "FLOAT[] | [0.0, NULL] | [NULL, 0.0]",
        "DOUBLE | 'infinity' | '-infinity'",
        "INTEGER | 0 | NULL",
        "BOOLEAN | false | NULL",
        "VARCHAR | '' | NULL",
        "VARCHAR | 'a' | 'a ' ",
        "VARCHAR | 'NULL' | NULL",
        "BLOB | ''::BLOB | NULL",
        "BLOB | '\\x00'::BLOB | ''::BLOB",
        "DATE | 'infinity' | '-infinity'",
        "TIMESTAMP | '2020-01-01 00:00:00' | '2020-01-01 00:00:00.000001'",
        "UUID | '00000000-0000-0000-0000-000000000000' | '80000000-0000-0000-0000-000000000000'",
        "JSON | '{\"a\": 1}' | '{\"a\":1}'",
        "INTEGER[] | NULL | []",
        "INTEGER[] | [] | [NULL]",
        "INTEGER[] | [NULL] | [NULL, NULL]",
        "INTEGER[] | [1, NULL] | [NULL, 1]",
        "VARCHAR[] | ['NULL'] | [NULL]",
        "VARCHAR[] | ['a, b'] | ['a', 'b']",
        "DECIMAL(38,0)[] | [0] | [-1]",
        "INTEGER[][] | [[]] | []",
        "INTEGER[][] | [NULL] | [[]]",
        "INTEGER[][] | [[1], [2, 3]] | [[1, 2], [3]]",
        "STRUCT(a INTEGER) | NULL | {'a': NULL}",
        "STRUCT(a INTEGER, b VARCHAR) | {'a': NULL, 'b': 'x'} | {'a': 0, 'b': 'x'}",
        "STRUCT(a STRUCT(b INTEGER)) | {'a': NULL} | {'a': {'b': NULL}}",
        "STRUCT(a INTEGER)[] | [NULL] | [{'a': NULL}]",
        "MAP(INTEGER, INTEGER) | NULL | MAP {}",
        "MAP(VARCHAR, INTEGER) | MAP {'a': NULL} | MAP {'a': 0}",
      })
  void differentValues_haveDifferentNumbers(String example) {
    String[] parts = example.split(" \\| ");
    SqlType type = SqlType.parse(engine.value("SELECT typeof(NULL::" + parts[0] + ")"));
    String number =
        RowNumber.of(
            List.of(
                new SchemaPlan.Target("id", new SqlType.Simple("INTEGER"), 0),
                new SchemaPlan.Target("v", type, 1)));

    assertThat(engine.value("SELECT " + number + " FROM (" + query(parts[0], parts[1]) + ")"))
        .isNotEqualTo(
            engine.value("SELECT " + number + " FROM (" + query(parts[0], parts[2]) + ")"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HUGEINT | 0 | -1",
        "DECIMAL(38,0) | 0 | -1",
        "INTEGER[] | [] | [NULL]",
        "STRUCT(a INTEGER) | NULL | {'a': NULL}",
      })
  void differentValues_areWrittenAndEqualOnesAreNot(String example) {
    String[] parts = example.split(" \\| ");
    differs(parts[0], parts[1], parts[2], Plans.REPLACE);
    differs(parts[0], parts[2], parts[1], Plans.merge(Unmatched.DELETE, "id").mode());
    differs(parts[0], parts[1], parts[2], Plans.overwrite("id").mode());
  }

  private static void differs(String type, String one, String other, WriteMode mode) {
    String table = "t" + bench.snapshots();
    WritePlan plan = Plans.of(mode);
    bench.write(table, query(type, one), plan);
    Materialization changed = bench.write(table, query(type, other), plan);

    assertThat(changed).as("%s to %s by %s", one, other, mode).isInstanceOf(Written.class);
    assertThat(bench.value("SELECT v::VARCHAR FROM " + table))
        .isEqualTo(engine.value("SELECT v::VARCHAR FROM (" + query(type, other) + ")"));
    assertThat(bench.write(table, query(type, other), plan)).isInstanceOf(Unchanged.class);
  }

  private static String query(String type, String value) {
    return "SELECT 1 AS id, CAST(" + value + " AS " + type + ") AS v";
  }
}
