package tarn.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.lake.HistoryWriter.Coordination;
import tarn.testkit.BareEngine;
import tarn.testkit.Checkout;
import tarn.testkit.LakePlace;
import tarn.testkit.ScratchLake;
import tarn.testkit.emulator.PostgreSql;

/**
 * Processes that write to one table at once, compared row by row with the same operations done one
 * after the other on a map, in the order of their snapshots.
 */
@Tag("slow")
class HistoryTest {
  private static final int ROWS = 2000;

  @TempDir Path folder;

  /** What the operations came to, and what they should have. */
  private record Compared(
      List<String> acknowledged,
      List<String> committed,
      String expected,
      String actual,
      String count,
      String doubleDeletions) {

    boolean isRight() {
      return expected.equals(actual)
          && count.equals(Long.toString(expected.lines().count()))
          && doubleDeletions.equals("0")
          && committed.containsAll(acknowledged)
          && committed.stream().distinct().count() == committed.size();
    }
  }

  private LakeSettings newLake(PostgreSql server) {
    LakeSettings settings =
        new LakeSettings(
            LakePlace.postgreSql(server.port(), server.newDatabase()),
            folder.resolve("data") + "/",
            ScratchLake.engine(folder.resolve("temp"), "300MB"));
    try (Lake lake = Lake.create(settings, Checkout.extensions());
        Session session = lake.session()) {
      session.execute("CREATE SCHEMA lake.h");
      session.execute("CREATE TABLE lake.h.t (id BIGINT, v BIGINT)");
      session.execute("INSERT INTO lake.h.t SELECT range, 0 FROM range(" + ROWS + ")");
      // A delete file that the next deletes of this data file will replace.
      session.execute("DELETE FROM lake.h.t WHERE id % 100 = 99");
    }
    return settings;
  }

  private static Compared compare(LakeSettings settings, List<String> acknowledged) {
    try (BareEngine bare = BareEngine.start()) {
      bare.attach(settings);
      List<String> committed =
          bare.rows(
              "SELECT json_extract_string(commit_extra_info, 'op') FROM"
                  + " __ducklake_metadata_lake.ducklake_snapshot_changes WHERE commit_extra_info IS"
                  + " NOT NULL ORDER BY snapshot_id");
      TreeMap<Long, Long> model = new TreeMap<>();
      for (long id = 0; id < ROWS; id++) {
        if (id % 100 != 99) {
          model.put(id, 0L);
        }
      }
      committed.forEach(name -> Operation.parse(name.split(":", 3)[2]).apply(model));
      StringBuilder expected = new StringBuilder();
      for (Map.Entry<Long, Long> row : model.entrySet()) {
        expected.append(row.getKey()).append('|').append(row.getValue()).append('\n');
      }
      return new Compared(
          acknowledged,
          committed,
          expected.toString(),
          String.join("\n", bare.rows("SELECT id, v FROM lake.h.t ORDER BY id, v")) + "\n",
          bare.value("SELECT count(*) FROM lake.h.t"),
          bare.value(
              "SELECT count(*) FROM (SELECT data_file_id FROM"
                  + " __ducklake_metadata_lake.ducklake_delete_file WHERE end_snapshot IS NULL"
                  + " GROUP BY ALL HAVING count(*) > 1)"));
    }
  }

  /** A process, and where it says what was acknowledged. */
  private record Writer(Process process, Path out) {
    /** A last line may be cut off when it was killed. */
    List<String> lines() throws IOException {
      String text = Files.readString(out);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }
  }

  private List<Writer> start(
      LakeSettings settings, Coordination coordination, int writers, int operations, long seed)
      throws IOException {
    List<Writer> processes = new ArrayList<>();
    for (long writer = seed; writer < seed + writers; writer++) {
      processes.add(
          new Writer(
              HistoryWriter.start(settings, folder, coordination, writer, operations),
              folder.resolve("out" + writer)));
    }
    return processes;
  }

  private static List<String> acknowledged(List<Writer> writers) throws Exception {
    List<String> all = new ArrayList<>();
    for (Writer writer : writers) {
      assertThat(writer.process().waitFor(240, TimeUnit.SECONDS)).isTrue();
      all.addAll(writer.lines().stream().filter(line -> line.contains(":")).toList());
    }
    return all;
  }

  private static void awaitReady(List<Writer> writers) throws Exception {
    for (Writer writer : writers) {
      while (writer.lines().isEmpty() && writer.process().isAlive()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  private static void assertRight(Compared compared) {
    assertThat(compared.committed()).doesNotHaveDuplicates().containsAll(compared.acknowledged());
    assertThat(compared.doubleDeletions()).isEqualTo("0");
    assertThat(compared.actual()).isEqualTo(compared.expected());
    assertThat(compared.count()).isEqualTo(Long.toString(compared.expected().lines().count()));
  }

  private void assertNoErrors(int writers, long seed) throws IOException {
    for (int writer = 0; writer < writers; writer++) {
      assertThat(Files.readString(folder.resolve("err" + (seed + writer)))).isEmpty();
    }
  }

  @Test
  void processesThatWriteAtOnce_areLikeOneAfterTheOther() throws Exception {
    LakeSettings settings = newLake(PostgreSql.shared());

    List<String> acknowledged = acknowledged(start(settings, Coordination.ON, 4, 25, 1));

    assertNoErrors(4, 1);
    assertThat(acknowledged).hasSizeGreaterThan(50);
    assertRight(compare(settings, acknowledged));
  }

  /**
   * Without this the tests above would prove nothing. When it fails, DuckLake has mended itself.
   */
  @Test
  void withoutTheCoordinator_theHistoryIsWrong() throws Exception {
    for (int round = 0; round < 8; round++) {
      LakeSettings settings = newLake(PostgreSql.shared());
      List<String> acknowledged =
          acknowledged(start(settings, Coordination.OFF, 3, 25, 100L * (round + 1)));
      if (!isRight(settings, acknowledged)) {
        return;
      }
    }
    throw new AssertionError("eight histories without locks were right");
  }

  private static boolean isRight(LakeSettings settings, List<String> acknowledged) {
    try {
      return compare(settings, acknowledged).isRight();
    } catch (AssertionError e) {
      // Then the table cannot even be counted.
      return false;
    }
  }

  @Test
  void serverThatCrashes_losesAndDoublesNothing() throws Exception {
    try (PostgreSql server = PostgreSql.start()) {
      LakeSettings settings = newLake(server);
      List<Writer> writers = start(settings, Coordination.ON, 2, 60, 7);
      awaitReady(writers);
      Random random = new Random(7);
      for (int crash = 0; crash < 4; crash++) {
        TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(900));
        server.crash();
      }
      List<String> acknowledged = acknowledged(writers);

      if (enginesThatGaveUp(2, 7) == 0) {
        assertThat(acknowledged).hasSizeGreaterThan(60);
      }
      assertThat(acknowledged).isNotEmpty();
      assertRight(compare(settings, acknowledged));
    }
  }

  /**
   * The engine's PostgreSQL extension ends the whole process when its rollback meets a server that
   * has just gone (1.5.5): a writer that was killed, which may lose nothing either. Anything else
   * that a writer says is an error.
   */
  private int enginesThatGaveUp(int writers, long seed) throws IOException {
    int gaveUp = 0;
    for (int writer = 0; writer < writers; writer++) {
      String said = Files.readString(folder.resolve("err" + (seed + writer)));
      if (said.startsWith("terminate called after throwing an instance of 'duckdb::Exception'")
          && said.contains("ROLLBACK")) {
        gaveUp++;
      } else {
        assertThat(said).isEmpty();
      }
    }
    return gaveUp;
  }

  @Test
  void writersThatAreKilled_losesNothingThatWasAcknowledged() throws Exception {
    killedWriters(4);
  }

  /** The same until 200 writers were killed. */
  @Test
  @Tag("endurance")
  void twoHundredWritersThatAreKilled_loseNothing() throws Exception {
    killedWriters(100);
  }

  @Test
  @Tag("endurance")
  void processesThatWriteForMinutes_areLikeOneAfterTheOther() throws Exception {
    LakeSettings settings = newLake(PostgreSql.shared());

    List<String> acknowledged = acknowledged(start(settings, Coordination.ON, 8, 200, 1000));

    assertNoErrors(8, 1000);
    assertThat(acknowledged).hasSizeGreaterThan(800);
    assertRight(compare(settings, acknowledged));
  }

  private void killedWriters(int rounds) throws Exception {
    LakeSettings settings = newLake(PostgreSql.shared());
    Random random = new Random(3);
    List<String> acknowledged = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      List<Writer> writers = start(settings, Coordination.ON, 2, 1000, 5000 + 10L * round);
      awaitReady(writers);
      TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(900));
      writers.forEach(writer -> writer.process().destroyForcibly());
      acknowledged.addAll(acknowledged(writers));
    }
    assertThat(acknowledged).isNotEmpty();
    assertRight(compare(settings, acknowledged));
  }
}
