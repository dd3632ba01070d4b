package tarn.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Transaction.Decision;
import tarn.lake.Transaction.Result;
import tarn.lake.extension.ExtensionStore;

class TransactionTest {
  private static final TableName TABLE = new TableName("main", "t");
  private static final CommitMessage MESSAGE =
      new CommitMessage("tester", "it's a test", "{\"run_id\":\"it's 1\"}");

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void makeLake() {
    lake = Lake.create(settings(), extensions());
    outside("CREATE TABLE t AS SELECT 1 AS i");
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  private LakeSettings settings() {
    return new LakeSettings(
        new CatalogLocation.DuckDbFile(folder.resolve("catalog.ducklake")),
        folder.resolve("data") + "/",
        new EngineSettings("512MB", 2, folder.resolve("temp"), Optional.empty()));
  }

  private static ExtensionStore extensions() {
    return new ExtensionStore(
        Path.of(System.getProperty("tarn.checkout")).resolve(".tarn/extensions"));
  }

  private void outside(String sql) {
    try (Session session = lake.session()) {
      session.execute(sql);
    }
  }

  private List<Long> numbers() {
    try (Session session = lake.session()) {
      return session.query("SELECT i FROM t ORDER BY i", row -> row.getLong(1));
    }
  }

  private Result<String> insert(int number, Transaction.Commit commit) {
    return run(session -> session.execute("INSERT INTO t VALUES (" + number + ")"), commit);
  }

  private Result<String> run(Consumer<Session> body, Transaction.Commit commit) {
    try (Session session = lake.session()) {
      return Transaction.run(
          lake,
          session,
          List.of(TABLE),
          own -> {
            body.accept(own);
            return new Decision.Commit<>("value", MESSAGE);
          },
          commit);
    }
  }

  private static void commit(Session session) {
    session.execute("COMMIT");
  }

  private static TarnException lost() {
    return new TarnException(ErrorCode.CATALOG_UNREACHABLE, "the line is dead", "Wait.");
  }

  @Test
  void commit_bearsItsMessage() {
    Result<String> result = insert(2, TransactionTest::commit);

    try (Session session = lake.session()) {
      Snapshot newest = Snapshots.newest(session, 1).getFirst();
      assertThat(result).isEqualTo(new Result.Written<>("value", newest.id()));
      assertThat(newest.author()).isEqualTo("tester");
      assertThat(newest.message()).isEqualTo("it's a test");
      assertThat(newest.extraInfo()).isEqualTo("{\"run_id\":\"it's 1\"}");
    }
  }

  @Test
  void commitWhoseAcknowledgementWasLost_isFoundByItsRun() {
    Result<String> result =
        insert(
            2,
            session -> {
              commit(session);
              throw lost();
            });

    assertThat(result).isInstanceOf(Result.Written.class);
    assertThat(numbers()).containsExactly(1L, 2L);
  }

  @Test
  void commitThatFailed_isNotTakenForAnEarlierOneOfTheSameRun() {
    insert(2, TransactionTest::commit);

    assertThatThrownBy(
            () ->
                insert(
                    3,
                    _ -> {
                      throw lost();
                    }))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_UNREACHABLE);
              assertThat(e.effect()).isEqualTo(Effect.NOTHING_WRITTEN);
            });
    assertThat(numbers()).containsExactly(1L, 2L);
  }

  @Test
  void commitOfWhichNobodyCanTell_isUnknown() {
    assertThatThrownBy(
            () ->
                insert(
                    2,
                    session -> {
                      commit(session);
                      lake.close();
                      throw lost();
                    }))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_UNKNOWN);
              assertThat(e.effect()).isEqualTo(Effect.OUTCOME_UNKNOWN);
              assertThat(e).hasMessageContaining("the line is dead");
            });
    lake = Lake.open(settings(), Access.WRITE, extensions());
    assertThat(numbers()).containsExactly(1L, 2L);
  }

  @Test
  void anotherWriterWhoCameFirst_isAConflictThatWroteNothing() {
    assertThatThrownBy(
            () ->
                run(
                    session -> {
                      session.execute("UPDATE t SET i = 5");
                      outside("UPDATE t SET i = 6");
                    },
                    TransactionTest::commit))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_CONFLICT);
              assertThat(e.effect()).isEqualTo(Effect.NOTHING_WRITTEN);
            });
    assertThat(numbers()).containsExactly(6L);
  }

  @Test
  void listener_hearsHowTransactionsEnd() {
    List<String> heard = new ArrayList<>();
    CommitListener listener =
        new CommitListener() {
          @Override
          public void ended(Outcome outcome, Optional<Duration> commit) {
            heard.add(outcome + (commit.isPresent() ? " timed" : ""));
          }

          @Override
          public void retried() {
            heard.add("again");
          }
        };
    lake.listen(listener);
    insert(2, TransactionTest::commit);
    assertThatThrownBy(
            () ->
                run(
                    session -> {
                      session.execute("UPDATE t SET i = 5");
                      outside("UPDATE t SET i = 6");
                    },
                    TransactionTest::commit))
        .isInstanceOf(TarnException.class);
    assertThatThrownBy(
            () ->
                insert(
                    3,
                    _ -> {
                      throw lost();
                    }))
        .isInstanceOf(TarnException.class);
    lake.borrowed().retried();
    lake.forget(listener);
    insert(4, TransactionTest::commit);
    assertThat(heard).containsExactly("WRITTEN timed", "CONFLICT timed", "FAILED timed", "again");
  }

  @Test
  void discardedWork_leavesNoSnapshotAndNoFile() {
    List<Path> files = files();
    try (Session session = lake.session()) {
      long before = Snapshots.current(session);
      Result<String> result =
          Transaction.run(
              lake,
              session,
              List.of(TABLE),
              own -> {
                own.execute("INSERT INTO t SELECT * FROM range(1000)");
                return new Decision.Discard<>("kept");
              });
      assertThat(result).isEqualTo(new Result.NothingWritten<>("kept"));
      assertThat(Snapshots.current(session)).isEqualTo(before);
    }
    assertThat(files()).isEqualTo(files);
  }

  @Test
  void statementThatFailsHalfWay_leavesNoFileOfItsOwnAndTouchesNoOther() throws IOException {
    Path data = folder.resolve("data/main/t");
    Path stranger = Files.writeString(data.resolve("notes.txt"), "a stranger's");
    Path old = Files.writeString(data.resolve("ducklake-old.parquet"), "an older orphan");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(60)));
    outside("DELETE FROM t");
    List<Path> files = files();

    assertThatThrownBy(
            () ->
                run(
                    session ->
                        session.execute(
                            "INSERT INTO t SELECT CASE WHEN range = 2900000 THEN error('half way')"
                                + " ELSE range % 1000 END FROM range(3000000)"),
                    TransactionTest::commit))
        .hasMessageContaining("half way");

    assertThat(files()).isEqualTo(files).contains(stranger, old).hasSize(3);
    outside("INSERT INTO t VALUES (7)");
    assertThat(numbers()).containsExactly(7L);
  }

  @Test
  void newTableWhoseFillingFails_leavesNoFolder() {
    for (String name : List.of("fresh", "fresh-2")) {
      TableName table = new TableName("main", name);
      try (Session session = lake.session()) {
        assertThatThrownBy(
                () ->
                    Transaction.run(
                        lake,
                        session,
                        List.of(table),
                        own -> {
                          own.execute("CREATE TABLE " + table.quoted() + " (i BIGINT, p BIGINT)");
                          own.execute("ALTER TABLE " + table.quoted() + " SET PARTITIONED BY (p)");
                          own.execute(
                              "INSERT INTO "
                                  + table.quoted()
                                  + " SELECT CASE WHEN range = 2900000 THEN error('half way')"
                                  + " ELSE range END, range % 5 FROM range(3000000)");
                          return new Decision.Commit<>("never", MESSAGE);
                        }))
            .hasMessageContaining("half way");
      }
      assertThat(folder.resolve("data/main").resolve(name)).doesNotExist();
    }
  }

  /** Without the lock DuckLake 1.5.5 loses one of two deletes from a file, without a word. */
  @Test
  void deletesOfOneTable_takeTurns() throws Exception {
    outside("DELETE FROM t");
    outside("INSERT INTO t SELECT * FROM range(100)");
    outside("DELETE FROM t WHERE i >= 90");
    try (var threads = Executors.newFixedThreadPool(3)) {
      List<Future<?>> deletes =
          IntStream.range(0, 24)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              run(
                                  session -> session.execute("DELETE FROM t WHERE i = " + i),
                                  TransactionTest::commit)))
              .toList();
      for (Future<?> delete : deletes) {
        delete.get();
      }
    }

    assertThat(numbers())
        .containsExactlyElementsOf(IntStream.range(24, 90).mapToObj(i -> (long) i).toList());
    try (Session session = lake.session()) {
      assertThat(session.query("SELECT count(*) FROM t", row -> row.getLong(1)))
          .containsExactly(66L);
    }
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(folder.resolve("data"))) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
