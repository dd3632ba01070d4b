package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Written;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.TableName;

/** Another client of the lake, which knows nothing of this program's locks, comes in between. */
class ConflictTest {
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

  /** Runs statements of another client after the output's rows were written, so many times. */
  private final class Intruder implements Alongside {
    private final String sql;
    private final int times;
    private int came;

    Intruder(String sql, int times) {
      this.sql = sql;
      this.times = times;
    }

    @Override
    public Set<TableName> tables() {
      return Set.of();
    }

    @Override
    public Wrote write(Session session, String runId) {
      if (came++ < times) {
        bench.lake.execute(sql);
      }
      return Wrote.NOTHING;
    }
  }

  @Test
  void replace_isTriedAgainUntilItIsThroughAndNothingIsDoubled() {
    bench.replace("t", "SELECT 1 AS id");
    Intruder intruder = new Intruder("INSERT INTO t VALUES (99)", 2);
    Written written =
        (Written)
            bench
                .io()
                .handleOutput(
                    AssetKey.of("t"),
                    Output.relation("SELECT unnest([2, 3]) AS id"),
                    Plans.of(Plans.REPLACE),
                    intruder);

    assertThat(intruder.came).isEqualTo(3);
    assertThat(bench.rows("FROM t ORDER BY id")).containsExactly("2", "3");
    assertThat(written.rows()).isEqualTo(2);
    assertThat(bench.value("SELECT count(*) FROM _tarn.materializations WHERE run_id = 'run-2'"))
        .isEqualTo("1");
  }

  @Test
  void append_isTriedAgainAndAddsItsRowsOnce() {
    bench.write("t", "SELECT 1 AS id", Plans.of(Plans.APPEND));
    Written written =
        (Written)
            bench
                .io()
                .handleOutput(
                    AssetKey.of("t"),
                    Output.relation("SELECT 2 AS id"),
                    Plans.of(Plans.APPEND),
                    new Intruder("DELETE FROM t", 1));

    assertThat(bench.rows("FROM t")).containsExactly("2");
    assertThat(written.rows()).isEqualTo(1);
  }

  @Test
  void append_thatMeetsNoConflictStillRecordsNoVersionThatTheTableDoesNotHave() {
    bench.write("t", "SELECT 1 AS id", Plans.of(Plans.APPEND));
    bench
        .io()
        .handleOutput(
            AssetKey.of("t"),
            Output.relation("SELECT 2 AS id"),
            Plans.of(Plans.APPEND),
            new Intruder("INSERT INTO t VALUES (99)", 1));

    assertThat(bench.rows("FROM t ORDER BY id")).containsExactly("1", "2", "99");
    Materialization next = bench.replace("t", "SELECT unnest([1, 2]) AS id");
    assertThat(next).isInstanceOf(Written.class);
    assertThat(bench.rows("FROM t ORDER BY id")).containsExactly("1", "2");
  }

  @Test
  void merge_isTriedAgainOnTheRowsThatTheOtherClientLeft() {
    WritePlan plan = Plans.merge(Unmatched.KEEP, "id");
    bench.write("t", "SELECT 1 AS id, 'a' AS v UNION ALL SELECT 2, 'b'", plan);
    bench
        .io()
        .handleOutput(
            AssetKey.of("t"),
            Output.relation("SELECT 1 AS id, 'A' AS v UNION ALL SELECT 3, 'C'"),
            plan,
            new Intruder("UPDATE t SET v = 'x'", 1));

    assertThat(bench.rows("FROM t ORDER BY id")).containsExactly("1|A", "2|x", "3|C");
  }

  @Test
  void streamThatCannotBeReadAgain_saysSoAndWritesNothing() {
    record Row(int id) {}

    bench.replace("t", "SELECT 1 AS id");
    assertThatThrownBy(
            () ->
                bench
                    .io()
                    .handleOutput(
                        AssetKey.of("t"),
                        Output.rows(Row.class, Stream.of(new Row(2))),
                        Plans.of(Plans.REPLACE),
                        new Intruder("INSERT INTO t VALUES (99)", 1)))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_CONFLICT);
              assertThat(e.effect()).isEqualTo(Effect.NOTHING_WRITTEN);
              assertThat(e).hasMessageContaining("cannot be read again");
            });
    assertThat(bench.rows("FROM t ORDER BY id")).containsExactly("1", "99");
  }

  @Test
  void writerThatAlwaysComesFirst_winsInTheEnd() {
    bench.replace("t", "SELECT 1 AS id");
    assertThatThrownBy(
            () ->
                bench
                    .io()
                    .handleOutput(
                        AssetKey.of("t"),
                        Output.relation("SELECT 2 AS id"),
                        Plans.of(Plans.REPLACE),
                        new Intruder("UPDATE t SET id = id + 100", 100)))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_CONFLICT));
    assertThat(bench.rows("SELECT id % 100 FROM t")).containsExactly("1");
  }

  @Test
  void outputFoundTheSame_isNotRecordedForATableThatChangedMeanwhile() {
    bench.write("t", "SELECT 1 AS id", Plans.made("1", Map.of("a", "1")));
    IoManager io = bench.io();
    // The description differs, so the same rows are followed by a transaction of their own.
    Materialization described =
        new IoManager(
                bench.lake.lake(),
                new IoManager.RunIdentity("between", "tester"),
                new BetweenTransactions(() -> bench.lake.execute("INSERT INTO t VALUES (99)")))
            .handleOutput(
                AssetKey.of("t"),
                Output.relation("SELECT 1 AS id"),
                Plans.described("New", Map.of()));

    assertThat(described).isInstanceOf(Written.class);
    assertThat(bench.rows("FROM t")).containsExactly("1");
    assertThat(io.dataVersion(AssetKey.of("t")))
        .contains(((Written) described).dataVersion().orElseThrow());
  }

  /** Strikes once, when the rows have been streamed. */
  private static final class BetweenTransactions implements RelationSource {
    private final Runnable strike;

    BetweenTransactions(Runnable strike) {
      this.strike = strike;
    }

    @Override
    public <T> T withRelation(Session session, Output output, Function<StreamedRelation, T> work) {
      boolean[] struck = {false};
      return work.apply(
          new StreamedRelation(
              ((Output.Relation) output).query(),
              StreamedRelation.Reading.AGAIN,
              () -> {
                if (!struck[0]) {
                  struck[0] = true;
                  strike.run();
                }
                return StreamedRelation.UNCOUNTED;
              }));
    }
  }
}
