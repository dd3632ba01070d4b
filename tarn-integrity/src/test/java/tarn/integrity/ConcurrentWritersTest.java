package tarn.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.TarnException;
import tarn.integrity.catalog.Scope;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.testkit.ScratchLake;

/** Writers, compaction, expiry and clean-up are at work while checks run: nothing is wrong. */
@Tag("slow")
class ConcurrentWritersTest {
  private static final int WRITERS = 8;
  private static final List<Level> LEVELS =
      List.of(Level.EXISTS, Level.FOOTER, Level.CONTENT, Level.DECODE);
  private static final Duration LASTING =
      Duration.ofSeconds(Integer.getInteger("integrity.seconds", 20));

  @TempDir Path folder;

  @Test
  void checkBesideWriters_findsNothing() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (ScratchLake scratch = ScratchLake.in(folder);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        scratch.execute("CREATE TABLE t%d (id BIGINT, note VARCHAR)".formatted(writer));
      }
      List<Future<Integer>> workers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int table = writer;
        workers.add(threads.submit(work(scratch.lake(), over, round -> write(table, round))));
      }
      workers.add(threads.submit(work(scratch.lake(), over, ConcurrentWritersTest::maintain)));

      long end = System.nanoTime() + LASTING.toNanos();
      int checks = 0;
      List<String> found = new ArrayList<>();
      while (System.nanoTime() < end) {
        Level level = LEVELS.get(checks % LEVELS.size());
        FsckReport report = Fsck.run(scratch.lake(), request(level));
        found.add(Specimens.lines(report));
        checks++;
      }
      over.set(true);
      int writes = 0;
      for (Future<Integer> worker : workers) {
        writes += worker.get();
      }

      assertThat(found).allMatch(String::isEmpty);
      assertThat(checks).isGreaterThan(3);
      assertThat(writes).as(refused + " were refused").isGreaterThan(WRITERS * 3);
      assertThat(Fsck.run(scratch.lake(), request(Level.DECODE)).findings()).isEmpty();
    }
  }

  private static FsckRequest request(Level level) {
    return new FsckRequest(
        level,
        Scope.EVERYTHING,
        Optional.empty(),
        FsckRequest.Limits.NONE,
        Duration.ofHours(1),
        FsckRequest.DELETION_AGE);
  }

  private interface Rounds {
    String statement(int round);
  }

  private final AtomicInteger refused = new AtomicInteger();

  private Callable<Integer> work(Lake lake, AtomicBoolean over, Rounds rounds) {
    return () -> {
      int done = 0;
      try (Session session = lake.session()) {
        for (int round = 0; !over.get(); round++) {
          try {
            session.execute(rounds.statement(round));
            done++;
          } catch (TarnException e) {
            // Conflicts, and what else DuckLake makes of so many writers without a lock.
            refused.incrementAndGet();
          }
        }
      }
      return done;
    };
  }

  private static String write(int table, int round) {
    return switch (round % 5) {
      case 0, 1, 2 ->
          "INSERT INTO t%d SELECT i + %d, 'note ' || i FROM range(200) t(i)"
              .formatted(table, round * 1000);
      case 3 -> "DELETE FROM t%d WHERE id %% 7 = %d".formatted(table, round % 7);
      default -> "UPDATE t%d SET note = 'changed' WHERE id %% 50 = 3".formatted(table);
    };
  }

  private static String maintain(int round) {
    return switch (round % 4) {
      case 0 -> "CALL ducklake_merge_adjacent_files('lake')";
      case 1 -> "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0.1)";
      case 2 -> "CALL ducklake_expire_snapshots('lake', older_than => now() - INTERVAL 2 SECOND)";
      default -> "CALL ducklake_cleanup_old_files('lake', cleanup_all => true)";
    };
  }
}
