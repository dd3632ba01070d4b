package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.WriteMode;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Unchanged;
import tarn.assets.io.Materialization.Written;

/**
 * A table goes through random writes of every mode, changes by other clients and maintenance, and
 * is compared after each with a list of rows in memory that went through the same.
 */
@Tag("slow")
class RandomHistoryTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void table_isWhatAListOfItsRowsWouldBe(long seed) {
    new Story(folder, seed).run(30);
  }

  @Test
  @Tag("endurance")
  void table_isWhatAListOfItsRowsWouldBeForLong() {
    LongStream.range(100, 140)
        .forEach(seed -> new Story(folder.resolve("seed" + seed), seed).run(100));
  }

  /** Every value as SQL writes it and as the engine shows it. */
  private record Value(String sql, String text) {}

  private static Value value(String type, String text) {
    return text.equals("NULL")
        ? new Value("NULL::" + type, text)
        : new Value("'" + text + "'::" + type, text);
  }

  private record Row(String id, String part, Value name, Value ratio, Value amount) {
    String sql() {
      return "(%s::BIGINT, %s::INTEGER, %s, %s, %s)"
          .formatted(id, part, name.sql, ratio.sql, amount.sql);
    }

    @Override
    public String toString() {
      return String.join("|", id, part, name.text, ratio.text, amount.text);
    }
  }

  private static final class Story {
    private static final String SHOWN =
        "SELECT id, part, name, ratio::VARCHAR, amount::VARCHAR FROM t";
    private static final String NUMBER =
        "(hash(hash(id, part, name, ratio, amount, amount::DOUBLE))" + " >> 1)::BIGINT";
    private static final List<List<String>> PARTITIONS =
        List.of(
            List.of(),
            List.of("part"),
            List.of("bucket(3, id)"),
            List.of("part", "bucket(2, id)"),
            List.of("name"));
    private static final List<String> NAMES = List.of("NULL", "", "a", "b", "ä ö");
    private static final List<String> RATIOS = List.of("NULL", "nan", "-1.5", "0.0", "1.5", "inf");
    private static final List<String> AMOUNTS =
        List.of("NULL", "0.00", "-0.01", "12345678901234567890.55");

    private final Random random;
    private final long seed;
    private final Bench bench;
    private final Map<Long, List<String>> past = new LinkedHashMap<>();
    private List<Row> rows = new ArrayList<>();
    private List<String> partitions = List.of();
    private boolean made;
    private String did = "";

    Story(Path folder, long seed) {
      this.random = new Random(seed);
      this.seed = seed;
      this.bench = Bench.in(folder);
    }

    void run(int steps) {
      try (bench) {
        for (int step = 0; step < steps; step++) {
          int chance = random.nextInt(20);
          if (made && chance == 0) {
            otherClient();
          } else if (made && chance == 1) {
            maintenance();
          } else {
            write("seed %d, step %d".formatted(seed, step));
          }
          compare("seed %d after step %d, %s".formatted(seed, step, did));
        }
        bench.lake.reopen();
        past.forEach(
            (snapshot, expected) ->
                assertThat(bench.rows(SHOWN + " AT (VERSION => " + snapshot + ")"))
                    .as("seed %d at snapshot %d", seed, snapshot)
                    .containsExactlyInAnyOrderElementsOf(expected));
      }
    }

    private void write(String what) {
      WriteMode mode =
          switch (random.nextInt(5)) {
            case 0 -> Plans.REPLACE;
            case 1 -> Plans.APPEND;
            case 2 -> new WriteMode.Merge(List.of("id"), Unmatched.KEEP);
            case 3 -> new WriteMode.Merge(List.of("id"), Unmatched.DELETE);
            default -> new WriteMode.OverwritePartitions(List.of("part"));
          };
      List<String> before = partitions;
      if (random.nextInt(8) == 0) {
        partitions = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
      }
      List<Row> output = output(mode);
      List<Row> after = after(mode, output);
      boolean same = made && partitions.equals(before) && texts(after).equals(texts(rows));

      did = mode + " by " + partitions;
      Materialization done =
          bench.write(
              "t",
              output.stream()
                  .map(Row::sql)
                  .collect(
                      Collectors.joining(
                          ", ", "SELECT * FROM (VALUES ", ") AS v(id, part, name, ratio, amount)"))
                  .replace(
                      "(VALUES )",
                      "(SELECT 1::BIGINT, 1, '', 0::DOUBLE, 0::DECIMAL(38,2) WHERE false)"),
              Plans.partitioned(mode, partitions.toArray(String[]::new)));

      assertThat(done)
          .as("%s: %s of %d rows", what, mode, output.size())
          .isInstanceOf(same ? Unchanged.class : Written.class);
      assertThat(done.rows())
          .as("%s: %s of %s after %s by %s", what, mode, output, rows, partitions)
          .isEqualTo(after.size());
      rows = after;
      made = true;
      String version =
          switch (done) {
            case Unchanged unchanged -> unchanged.dataVersion();
            case Written written -> {
              past.put(written.snapshot(), texts(rows));
              yield written.dataVersion().orElseThrow();
            }
          };
      assertThat(version)
          .as(what)
          .isEqualTo(
              bench.value(
                  "SELECT format('v1:1.5.5:{}:{:032x}', count(*), coalesce(sum("
                      + NUMBER
                      + "), 0)) FROM t"));
    }

    private List<Row> output(WriteMode mode) {
      // Now and then the very rows that are there, in another order.
      if (made && random.nextInt(4) == 0 && !(mode instanceof WriteMode.Merge)) {
        List<Row> again = new ArrayList<>(rows);
        Collections.shuffle(again, random);
        return again;
      }
      List<Row> output = new ArrayList<>();
      Set<String> ids = new TreeSet<>();
      int count = random.nextInt(12);
      for (int row = 0; row < count; row++) {
        String id =
            mode instanceof WriteMode.Merge || random.nextInt(5) > 0
                ? Integer.toString(random.nextInt(15) - 3)
                : "NULL";
        if (mode instanceof WriteMode.Merge && !ids.add(id)) {
          continue;
        }
        output.add(row(id));
      }
      return output;
    }

    private Row row(String id) {
      return new Row(
          id,
          random.nextInt(4) == 0 ? "NULL" : Integer.toString(random.nextInt(4)),
          value("VARCHAR", NAMES.get(random.nextInt(NAMES.size()))),
          value("DOUBLE", RATIOS.get(random.nextInt(RATIOS.size()))),
          value("DECIMAL(38,2)", AMOUNTS.get(random.nextInt(AMOUNTS.size()))));
    }

    /** What the rows must be afterwards, by the words of the write modes' documentation. */
    private List<Row> after(WriteMode mode, List<Row> output) {
      List<Row> after = new ArrayList<>();
      switch (mode) {
        case WriteMode.Replace() -> after.addAll(output);
        case WriteMode.Append() -> {
          after.addAll(rows);
          after.addAll(output);
        }
        case WriteMode.Merge(var _, Unmatched unmatched) -> {
          Map<String, Row> incoming = new LinkedHashMap<>();
          output.forEach(row -> incoming.put(row.id, row));
          Set<String> met = new TreeSet<>();
          for (Row row : rows) {
            Row update = incoming.get(row.id);
            if (update != null) {
              met.add(row.id);
              after.add(update);
            } else if (unmatched == Unmatched.KEEP) {
              after.add(row);
            }
          }
          output.stream().filter(row -> !met.contains(row.id)).forEach(after::add);
        }
        case WriteMode.OverwritePartitions _ -> {
          Set<String> parts = output.stream().map(Row::part).collect(Collectors.toSet());
          rows.stream().filter(row -> !parts.contains(row.part)).forEach(after::add);
          after.addAll(output);
        }
      }
      return after;
    }

    private void otherClient() {
      if (random.nextBoolean()) {
        Row added = row("77");
        did = "another client's INSERT " + added;
        bench.lake.execute("INSERT INTO t VALUES " + added.sql());
        rows.add(added);
      } else {
        did = "another client's DELETE";
        bench.lake.execute("DELETE FROM t WHERE id = 3");
        rows.removeIf(row -> row.id.equals("3"));
      }
    }

    private void maintenance() {
      did =
          switch (random.nextInt(3)) {
            case 0 -> "CALL ducklake_merge_adjacent_files('lake')";
            case 1 -> "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0.1)";
            default -> "CALL ducklake_flush_inlined_data('lake')";
          };
      bench.lake.execute(did);
    }

    private void compare(String what) {
      assertThat(bench.rows(SHOWN)).as(what).containsExactlyInAnyOrderElementsOf(texts(rows));
      assertThat(bench.value("SELECT count(*) FROM t"))
          .as(what)
          .isEqualTo(Integer.toString(rows.size()));
      for (int id = -3; id < 12; id++) {
        String wanted = Integer.toString(id);
        assertThat(bench.value("SELECT count(*) FROM t WHERE id = " + id))
            .as("%s, id %s", what, wanted)
            .isEqualTo(Long.toString(rows.stream().filter(row -> row.id.equals(wanted)).count()));
      }
    }

    private static List<String> texts(List<Row> rows) {
      return rows.stream().map(Row::toString).sorted().toList();
    }
  }
}
