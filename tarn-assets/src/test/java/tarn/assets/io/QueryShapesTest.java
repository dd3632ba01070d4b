package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;
import tarn.testkit.BareEngine;

/** Whatever a query looks like, the sum that is taken in flight is that of the rows it yields. */
class QueryShapesTest {
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
        "SELECT range AS n FROM range(300000) WHERE range % 7 > 2 AND hash(range) % 3 = 1",
        "SELECT range AS n FROM range(300000) WHERE range > 1000 AND range < 200000 LIMIT 1500",
        "SELECT range AS n FROM range(300000) ORDER BY range DESC LIMIT 10 OFFSET 5",
        "SELECT DISTINCT range % 1000 AS n FROM range(300000)",
        "SELECT a.range AS n FROM range(2000) a JOIN range(1500) b ON a.range = b.range",
        "SELECT a.range AS n FROM range(2000) a WHERE a.range IN (SELECT range * 3 FROM range(500))",
        "SELECT range AS n FROM range(100000) UNION ALL SELECT range FROM range(50000) WHERE range % 2 = 0",
        "SELECT range AS n FROM range(1000) EXCEPT SELECT range FROM range(500)",
        "SELECT n FROM (SELECT range AS n, row_number() OVER (ORDER BY hash(range)) AS r FROM range(50000)) WHERE r < 100",
        "SELECT range AS n FROM range(50000) QUALIFY row_number() OVER (PARTITION BY range % 10 ORDER BY range) = 1",
        "WITH RECURSIVE r(n) AS (SELECT 1::BIGINT UNION ALL SELECT n + 1 FROM r WHERE n < 5000) SELECT n FROM r",
        "SELECT unnest(range(10)) AS n FROM range(2000) WHERE range < 1000",
        "SELECT sum(range)::BIGINT AS n FROM range(100000) GROUP BY range % 777 HAVING sum(range) > 5",
        "SELECT range AS n FROM range(300000) TABLESAMPLE bernoulli(10 PERCENT) REPEATABLE (5)",
        "SELECT 1::BIGINT AS n WHERE false",
        "VALUES (1::BIGINT), (2), (NULL)",
        "FROM (SELECT range AS n FROM range(1000)) -- a comment at the end"
      })
  void sumInFlight_isThatOfTheRowsWritten(String query) {
    String key = "t" + bench.snapshots();
    Written written =
        (Written)
            bench
                .io()
                .handleOutput(AssetKey.of(key), Output.relation(query), Plans.of(Plans.REPLACE));

    String expected =
        "SELECT format('v1:1.5.5:{}:{:032x}', count(*),"
            + " coalesce(sum((hash(hash(n)) >> 1)::BIGINT), 0)) FROM (%s) AS q(n)";
    assertThat(written.dataVersion())
        .contains(bench.value(expected.formatted("SELECT * FROM " + key)));
    if (!query.contains("TABLESAMPLE")) {
      assertThat(written.dataVersion()).contains(engine.value(expected.formatted(query + "\n")));
      assertThat(bench.replace(key, query)).isInstanceOf(Unchanged.class);
    }
  }
}
