package tarn.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.integrity.catalog.Scope;
import tarn.integrity.check.Progress;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

/** What is kept of checks, and how the next one goes on from it. */
class HistoryTest {
  @TempDir Path folder;
  private Specimen lake;

  @BeforeEach
  void makeLake() {
    lake = Specimen.make(LakeShape.PLAIN, folder.resolve("lake"));
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(lake.data())) {
      return files.filter(each -> each.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  private List<String> ask(String query) {
    return lake.askCatalog(query);
  }

  private static void flip(Path file, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void finding_opensStaysAndIsResolved() throws IOException {
    Path file = dataFiles().getFirst();
    Path aside = folder.resolve("aside");
    Specimens.check(lake, Level.EXISTS);
    Files.move(file, aside);
    Specimens.check(lake, Level.EXISTS);
    Specimens.check(lake, Level.EXISTS);
    String open =
        "SELECT count(*), count(resolved_at), count(DISTINCT seen_by) FROM _tarn.fsck_findings";
    assertThat(ask(open)).containsExactly("1|0|1");
    assertThat(ask("SELECT opened_by <> seen_by, opened_at < seen_at FROM _tarn.fsck_findings"))
        .containsExactly("true|true");

    Files.move(aside, file);
    // A lower level would not have found it, so it cannot say that it is gone.
    Specimens.check(lake, Level.CATALOG);
    assertThat(ask("SELECT count(resolved_at) FROM _tarn.fsck_findings")).containsExactly("0");
    Specimens.check(lake, Level.EXISTS);

    assertThat(ask("SELECT code, resolved_at > opened_at FROM _tarn.fsck_findings"))
        .containsExactly("file.missing|true");
    assertThat(ask("SELECT status FROM _tarn.fsck_runs ORDER BY started_at"))
        .containsExactly("clean", "findings", "findings", "clean", "clean");
  }

  @Test
  void findingOfContents_isResolvedByWhoReadThem() throws IOException {
    Specimens.check(lake, Level.CONTENT);
    Path file = dataFiles().getFirst();
    flip(file, 60);
    FsckReport damaged = Specimens.check(lake, Level.CONTENT);
    assertThat(damaged.findings())
        .extracting(each -> each.type().code())
        .containsExactly("file.modified");
    flip(file, 60);

    Specimens.check(lake, Level.FOOTER);
    assertThat(ask("SELECT count(resolved_at) FROM _tarn.fsck_findings")).containsExactly("0");
    Specimens.check(lake, Level.CONTENT);
    assertThat(ask("SELECT count(resolved_at) FROM _tarn.fsck_findings")).containsExactly("1");
  }

  @Test
  void findingOfAnotherTable_isLeftAlone() throws IOException {
    Files.delete(dataFiles().getLast());
    Specimens.check(lake, Level.EXISTS);
    FsckReport note =
        Specimens.check(
            lake,
            new FsckRequest(
                Level.EXISTS,
                new Scope(Optional.of("ward"), Optional.of("note"), Optional.empty()),
                Optional.empty(),
                FsckRequest.Limits.NONE,
                Duration.ZERO,
                FsckRequest.DELETION_AGE));

    assertThat(note.findings()).isEmpty();
    assertThat(note.catalog().files()).isEqualTo(1);
    assertThat(ask("SELECT table_name, resolved_at FROM _tarn.fsck_findings"))
        .containsExactly("visit|NULL");
  }

  @Test
  void history_isReadAndClosedByHand() throws IOException {
    try (Lake open = Specimens.open(lake)) {
      IntegrityHistory history = new IntegrityHistory(open);
      assertThat(history.runs(9)).isEmpty();
      assertThat(history.open()).isEmpty();
      Path file = dataFiles().getFirst();
      Files.delete(file);
      Fsck.run(open, FsckRequest.of(Level.EXISTS));

      assertThat(history.runs(9))
          .singleElement()
          .satisfies(
              run -> {
                assertThat(run.status()).isEqualTo("findings");
                assertThat(run.findings()).isEqualTo(1);
              });
      var found = history.open().getFirst();
      assertThat(found.code()).isEqualTo("file.missing");
      assertThat(found.path())
          .hasValueSatisfying(path -> assertThat(path).endsWith(file.getFileName().toString()));
      assertThat(history.resolve(found.id(), "anna")).isTrue();
      assertThat(history.resolve(found.id(), "anna")).isFalse();
      assertThat(history.open()).isEmpty();
      assertThat(history.finding(found.id()).orElseThrow().resolved()).isPresent();

      Fsck.run(open, FsckRequest.of(Level.EXISTS));
      assertThat(history.open()).hasSize(1);
      assertThat(history.finding(found.id()).orElseThrow().resolved()).isEmpty();
    }
  }

  @Test
  void partition_isCheckedAlone() {
    Specimen partitioned = Specimen.make(LakeShape.PARTITIONED, folder.resolve("partitioned"));
    Scope north =
        new Scope(
            Optional.of("ward"),
            Optional.of("visit"),
            Optional.empty(),
            Optional.of(new Scope.Partition("patient", "p=1&q")));
    FsckReport report =
        Specimens.check(
            partitioned,
            new FsckRequest(
                Level.CONTENT,
                north,
                Optional.empty(),
                FsckRequest.Limits.NONE,
                Duration.ZERO,
                FsckRequest.DELETION_AGE));

    assertThat(report.findings()).isEmpty();
    assertThat(report.catalog().files()).isEqualTo(1);
    assertThat(report.work().read()).isEqualTo(1);
    assertThat(report.scope()).isEqualTo("ward.visit where patient=p=1&q");
  }

  @Test
  void ledger_recordsEveryFileOnceWithTheDigestOfItsBytes() throws IOException {
    Specimens.check(lake, Level.CONTENT);
    Specimens.check(lake, Level.CONTENT);

    List<String> recorded =
        ask("SELECT path, size_bytes, sha256, recorded_by FROM _tarn.ledger ORDER BY path");
    assertThat(recorded).hasSize(dataFiles().size());
    for (int index = 0; index < recorded.size(); index++) {
      Path file = dataFiles().get(index);
      assertThat(recorded.get(index))
          .isEqualTo(
              "%s|%d|%s|first-sight"
                  .formatted(lake.data().relativize(file), Files.size(file), sha256(file)));
    }
  }

  /** By the system's own program. */
  private static String sha256(Path file) throws IOException {
    Process process = new ProcessBuilder("sha256sum", "--", file.toString()).start();
    return new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
        .substring(0, 64);
  }

  @Test
  void fileThatDoesNotFitTheCatalog_isNotRecordedOnFirstSight() {
    lake.changeCatalog(
        "UPDATE ducklake_data_file SET record_count = 99 WHERE data_file_id = (SELECT min(data_file_id) FROM ducklake_data_file)");

    FsckReport report = Specimens.check(lake, Level.CONTENT);

    assertThat(report.findings())
        .extracting(each -> each.type().code())
        .containsExactly("record.rows");
    assertThat(ask("SELECT count(*) FROM _tarn.ledger")).containsExactly("4");
    assertThat(report.coverage().never()).isEqualTo(1);
  }

  @Test
  void budget_isSpentOnWhatWasVerifiedLongestAgo() throws IOException {
    long all = dataFiles().size();
    for (long done = 1; done <= all; done++) {
      FsckReport report = Specimens.check(lake, within(1, Optional.empty()));
      assertThat(report.work().read()).isEqualTo(1);
      assertThat(report.work().complete()).isFalse();
      assertThat(report.coverage().never()).isEqualTo(all - done);
    }
    String oldest = "SELECT path FROM _tarn.ledger ORDER BY verified_at LIMIT 1";
    List<String> first = ask(oldest);
    Specimens.check(lake, within(1, Optional.empty()));
    assertThat(ask(oldest)).isNotEqualTo(first);
    assertThat(ask("SELECT path FROM _tarn.ledger ORDER BY verified_at DESC LIMIT 1"))
        .isEqualTo(first);

    FsckReport recent =
        Specimens.check(lake, within(Long.MAX_VALUE, Optional.of(Duration.ofDays(1))));
    assertThat(recent.work().read()).isZero();
    assertThat(recent.work().complete()).isTrue();
  }

  /** A budget of one byte is spent after the first file. */
  private static FsckRequest within(long bytes, Optional<Duration> within) {
    return new FsckRequest(
        Level.CONTENT,
        Scope.EVERYTHING,
        within,
        new FsckRequest.Limits(Optional.empty(), Optional.of(bytes), Optional.empty()),
        Duration.ZERO,
        FsckRequest.DELETION_AGE);
  }

  @Test
  void interruptedCheck_keepsWhatItFoundAndWhatItRead() throws IOException {
    Files.delete(dataFiles().getLast());
    AtomicInteger footers = new AtomicInteger();
    Progress counting =
        new Progress() {
          @Override
          public void phase(String name, long files, long bytes) {}

          @Override
          public void advance(long files, long bytes) {
            footers.addAndGet(bytes > 0 ? 1 : 0);
          }
        };
    FsckReport report;
    try (Lake open = Specimens.open(lake)) {
      report =
          new Fsck(open, () -> footers.get() > 0, counting)
              .run(within(Long.MAX_VALUE, Optional.empty()));
    }

    assertThat(report.status()).isEqualTo(FsckReport.Status.INTERRUPTED);
    assertThat(report.findings()).extracting(Finding::type).hasSize(1);
    assertThat(ask("SELECT status, findings FROM _tarn.fsck_runs"))
        .containsExactly("interrupted|1");
    assertThat(ask("SELECT code FROM _tarn.fsck_findings")).containsExactly("file.missing");
    assertThat(ask("SELECT count(*) > 0 FROM _tarn.ledger")).containsExactly("true");
  }

  @Test
  void checkThatWasKilled_isToldByTheNext() {
    Specimens.check(lake, Level.CATALOG);
    lake.changeCatalog("UPDATE _tarn.fsck_runs SET status = 'running', finished_at = NULL");

    Specimens.check(lake, Level.CATALOG);

    assertThat(ask("SELECT status FROM _tarn.fsck_runs ORDER BY started_at"))
        .containsExactly("killed", "clean");
  }

  @Test
  void results_areTablesOfTheLakeForWhoeverQueriesIt() throws IOException {
    Files.delete(dataFiles().getFirst());
    try (Lake open = Specimens.open(lake)) {
      Fsck fsck = new Fsck(open, () -> false, Progress.NONE);
      fsck.run(FsckRequest.of(Level.EXISTS));
      fsck.showResults();
      fsck.showResults();
      try (Session session = open.session()) {
        assertThat(
                session.query(
                    "SELECT code FROM _tarn.fsck_findings WHERE resolved_at IS NULL",
                    row -> String.valueOf(row.getString(1))))
            .containsExactly("file.missing");
      }
    }
    assertThat(lake.askLake("SELECT status, findings FROM _tarn.fsck_runs"))
        .containsExactly("findings|1");
    // The views are no damage.
    assertThat(Specimens.check(lake, Level.CATALOG).findings()).isEmpty();
  }

  @Test
  void check_leavesTheLakeAsItWas() throws IOException {
    String lakeItself = "SELECT max(snapshot_id) FROM ducklake_snapshot";
    List<String> before = ask(lakeItself);
    List<Path> files = dataFiles();

    Specimens.check(lake, Level.DECODE);

    assertThat(ask(lakeItself)).isEqualTo(before);
    assertThat(dataFiles()).isEqualTo(files);
  }
}
