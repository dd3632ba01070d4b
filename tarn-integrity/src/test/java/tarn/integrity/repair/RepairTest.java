package tarn.integrity.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.TarnException;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.Specimens;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

/** The expected rows are asked of the undamaged lake by the engine alone. */
class RepairTest {
  private static final String ALL = "FROM ward.visit ORDER BY ALL";

  @TempDir static Path zoo;
  private static Specimen clean;
  private static List<String> rows;

  @TempDir Path folder;
  private Specimen lake;

  @BeforeAll
  static void makeLake() {
    clean = Specimens.recorded(LakeShape.WITH_DELETES, zoo.resolve("clean"));
    rows = clean.askLake(ALL);
  }

  @BeforeEach
  void copyLake() {
    lake = clean.copyTo(folder.resolve("lake"));
  }

  private record Repaired(RepairPlan plan, Repair.Applied applied, FsckReport after) {
    List<String> actions() {
      return plan.steps().stream().map(step -> step.action().text()).toList();
    }

    /** For the reader of a failed test. */
    String told() {
      return applied.done() + " then " + Specimens.lines(after);
    }

    List<Repair.Ending> endings() {
      return applied.done().stream().map(Repair.Done::ending).toList();
    }
  }

  private Repaired repair(Path... replicas) {
    try (Lake open = Specimens.open(lake)) {
      Repair repair = new Repair(open, folder.resolve("repairs"));
      FsckReport report = Fsck.run(open, FsckRequest.of(Level.CONTENT));
      RepairPlan plan =
          repair.plan(report, Stream.of(replicas).map(Path::toString).toList(), Duration.ZERO);
      // As if a person had read it.
      Repair.Applied applied = repair.apply(RepairPlan.parse(plan.json()));
      return new Repaired(plan, applied, Fsck.run(open, FsckRequest.of(Level.CONTENT)));
    }
  }

  private Repair.Undone undo(Repaired repaired) {
    try (Lake open = Specimens.open(lake)) {
      return new Repair(open, folder.resolve("repairs")).undo(repaired.applied.repair());
    }
  }

  private List<String> codes() {
    return Specimens.check(lake, Level.CONTENT).findings().stream()
        .map(finding -> finding.type().code())
        .toList();
  }

  /** The data file that holds rows 1000 to 1099, or its delete file. */
  private Path file(String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(lake.data().resolve("ward/visit"))) {
      return files
          .filter(each -> each.toString().endsWith(suffix))
          .filter(each -> suffix.startsWith("-") || !each.toString().contains("-delete"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void lostFile_isRestoredFromAReplica() throws IOException {
    Files.delete(file(".parquet"));

    Repaired repaired = repair(clean.data());

    assertThat(repaired.actions()).containsExactly("restore");
    assertThat(repaired.endings()).containsExactly(Repair.Ending.DONE);
    assertThat(repaired.after.findings()).as(repaired.told()).isEmpty();
    assertThat(lake.askLake(ALL)).isEqualTo(rows);

    assertThat(undo(repaired).changes()).isEqualTo(1);
    assertThat(codes()).containsExactly("file.missing");
  }

  @Test
  void damagedFile_isKeptWhenItIsReplaced() throws IOException {
    Path file = file(".parquet");
    byte[] damaged = Files.readAllBytes(file);
    damaged[77] ^= 4;
    Files.write(file, damaged);

    Repaired repaired = repair(clean.data());

    assertThat(repaired.after.findings()).as(repaired.told()).isEmpty();
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    undo(repaired);
    assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    assertThat(codes()).containsExactly("file.modified");
  }

  @Test
  void deleteFile_isRestoredButNeverGivenUp() throws IOException {
    Files.delete(liveDeleteFile());

    Repaired without = repair();
    assertThat(without.actions()).containsExactly("none");
    assertThat(without.endings()).containsExactly(Repair.Ending.SKIPPED);
    Repaired with = repair(clean.data());
    assertThat(with.endings()).containsExactly(Repair.Ending.DONE);
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
  }

  private Path liveDeleteFile() {
    return lake.data()
        .resolve("ward/visit")
        .resolve(
            lake.askCatalog(
                    "SELECT path FROM ducklake_delete_file WHERE end_snapshot IS NULL ORDER BY 1")
                .getFirst());
  }

  @Test
  void replicaWithOtherBytes_isNoSource() throws IOException {
    Path replica = Files.createDirectories(folder.resolve("replica/ward/visit"));
    Path file = file(".parquet");
    byte[] other = Files.readAllBytes(file);
    other[77] ^= 4;
    Files.write(replica.resolve(file.getFileName()), other);
    Files.delete(file);

    assertThat(repair(folder.resolve("replica")).actions()).containsExactly("tombstone");
  }

  @Test
  void lostFileWithoutACopy_isGivenUpSoThatTheRestCanBeRead() throws IOException {
    Path file = file(".parquet");
    List<String> left =
        clean.askLake(
            "SELECT * FROM ward.visit WHERE filename NOT LIKE '%"
                + file.getFileName()
                + "' ORDER BY ALL");
    assertThat(left).isNotEmpty().hasSizeLessThan(rows.size());
    Files.delete(file);

    Repaired repaired = repair();

    assertThat(repaired.actions()).containsExactly("tombstone");
    assertThat(repaired.plan.steps().getFirst().rowsLost()).isEqualTo(rows.size() - left.size());
    assertThat(repaired.endings()).containsExactly(Repair.Ending.DONE);
    assertThat(lake.askLake(ALL)).isEqualTo(left);
    assertThat(lake.askLake("SELECT count(*) FROM ward.visit")).containsExactly("" + left.size());
    // Earlier snapshots still need it.
    assertThat(repaired.after.findings())
        .extracting(finding -> finding.type().code())
        .containsExactly("file.missing");
    assertThat(
            lake.askLake(
                    "SELECT commit_message FROM ducklake_snapshots('lake') ORDER BY snapshot_id DESC LIMIT 1")
                .getFirst())
        .contains("gave up a lost data file");
    undo(repaired);
    Files.copy(clean.data().resolve(lake.data().relativize(file)), file);
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    assertThat(codes()).isEmpty();
  }

  @Test
  void fileThatWasGivenUp_staysSoWhenTheTableWasWrittenSince() throws IOException {
    Files.delete(file(".parquet"));
    Repaired repaired = repair();
    lake.changeLake("CREATE TABLE ward.later AS SELECT 1 AS a");
    lake.changeLake("INSERT INTO ward.visit SELECT * FROM ward.visit WHERE id = 2000");
    List<String> now = lake.askLake(ALL);

    assertThatThrownBy(() -> undo(repaired))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("written since");
    assertThat(lake.askLake(ALL)).isEqualTo(now);
  }

  @Test
  void orphan_isMovedAndCanBePutBack() throws IOException {
    Path stray = lake.data().resolve("ward/visit/ducklake-left.parquet");
    Files.copy(file(".parquet"), stray);

    Repaired repaired = repair();

    assertThat(repaired.actions()).containsExactly("quarantine");
    assertThat(stray).doesNotExist();
    assertThat(repaired.applied.folder().resolve("quarantine/ward/visit/ducklake-left.parquet"))
        .exists();
    assertThat(repaired.after.findings()).as(repaired.told()).isEmpty();
    undo(repaired);
    assertThat(stray).exists();
  }

  @Test
  void purgedOrphan_isGoneForGood() throws IOException {
    Path stray = lake.data().resolve("ward/visit/ducklake-left.parquet");
    Files.copy(file(".parquet"), stray);
    Repaired repaired = repair();
    try (Lake open = Specimens.open(lake)) {
      Repair repair = new Repair(open, folder.resolve("repairs"));
      assertThat(repair.purge(Duration.ofDays(1)).files()).isEmpty();
      assertThat(repair.quarantined(Duration.ZERO).files()).hasSize(1);
      assertThat(repair.purge(Duration.ZERO).bytes()).isEqualTo(Files.size(file(".parquet")));
      assertThat(repair.quarantined(Duration.ZERO).files()).isEmpty();
    }
    assertThat(Files.readString(repaired.applied.folder().resolve("quarantine.jsonl")))
        .contains("ducklake-left.parquet", "\"code\":\"orphan\"");

    assertThat(undo(repaired)).isEqualTo(new Repair.Undone(0, List.of(stray.toString())));
  }

  @Test
  void preview_saysWhatWouldBeDoneAndDoesNothing() throws IOException {
    Files.delete(file(".parquet"));
    try (Lake open = Specimens.open(lake)) {
      Repair repair = new Repair(open, folder.resolve("repairs"));
      RepairPlan plan =
          repair.plan(
              Fsck.run(open, FsckRequest.of(Level.EXISTS)),
              List.of(clean.data().toString()),
              Duration.ZERO);
      assertThat(repair.preview(plan))
          .extracting(Repair.Done::ending)
          .containsExactly(Repair.Ending.DONE);
    }
    assertThat(codes()).containsExactly("file.missing");
    assertThat(folder.resolve("repairs")).doesNotExist();
  }

  @Test
  void youngOrphan_isLeftAlone() throws IOException {
    Files.write(lake.data().resolve("ward/visit/young.parquet"), new byte[1]);
    try (Lake open = Specimens.open(lake)) {
      RepairPlan plan =
          new Repair(open, folder.resolve("repairs"))
              .plan(Fsck.run(open, FsckRequest.of(Level.EXISTS)), List.of(), Duration.ofDays(7));
      assertThat(plan.steps()).extracting(Step::action).containsExactly(Action.NONE);
    }
  }

  @Test
  void wrongRecords_areCorrectedFromTheFile() {
    String first = " WHERE data_file_id = (SELECT min(data_file_id) FROM ducklake_data_file)";
    lake.changeCatalog("UPDATE ducklake_data_file SET record_count = record_count - 7" + first);

    Repaired repaired = repair();

    assertThat(repaired.actions()).as(repaired.told()).containsExactly("correct-record");
    assertThat(repaired.after.findings()).as(repaired.told()).isEmpty();
    assertThat(lake.askLake("SELECT count(*) FROM ward.visit")).containsExactly("" + rows.size());
    undo(repaired);
    assertThat(codes()).containsExactly("record.rows");
  }

  @Test
  void wrongStatistics_areForgotten() {
    lake.changeCatalog(
        "UPDATE ducklake_file_column_stats SET max_value = '1010' WHERE column_id = 1 AND data_file_id = (SELECT min(data_file_id) FROM ducklake_data_file)",
        "UPDATE ducklake_table_column_stats SET min_value = '1005' WHERE column_id = 1 AND table_id = (SELECT table_id FROM ducklake_table WHERE table_name = 'note')");
    String row = "SELECT count(*) FROM ward.visit WHERE id = 1090";
    assertThat(lake.askLake(row)).containsExactly("0");

    Repaired repaired = repair();

    assertThat(repaired.actions()).containsExactly("forget-statistics", "forget-statistics");
    assertThat(repaired.after.findings()).as(repaired.told()).isEmpty();
    assertThat(lake.askLake(row)).containsExactly("1");
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    undo(repaired);
    assertThat(lake.askLake(row)).containsExactly("0");
    assertThat(codes()).containsExactlyInAnyOrder("record.statistics", "record.statistics");
  }

  @Test
  void neededFile_isTakenOffTheListOfThoseToBeRemoved() throws IOException {
    lake.changeCatalog(
        "INSERT INTO ducklake_files_scheduled_for_deletion VALUES (7, '%s', true, now())"
            .formatted(lake.data().relativize(file(".parquet"))));

    Repaired repaired = repair();

    assertThat(repaired.actions()).containsExactly("keep-file");
    assertThat(repaired.after.findings()).as(repaired.told()).isEmpty();
    lake.changeLake("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)");
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
  }

  @Test
  void tableAlteredAndRenamedAtOnce_isReadableAgain() {
    List<String> notes = lake.askLake("FROM ward.note ORDER BY ALL");
    List<String> visits = lake.askLake("FROM ward.visit ORDER BY ALL");
    lake.changeLake(
        "BEGIN",
        "ALTER TABLE ward.note ADD COLUMN extra INTEGER",
        "ALTER TABLE ward.note RENAME TO remark",
        "COMMIT");
    assertThatThrownBy(() -> lake.askLake("FROM ward.visit"))
        .rootCause()
        .hasMessageContaining("already exists");

    Repaired repaired = repair();

    assertThat(repaired.actions()).containsExactly("end-older-rows");
    assertThat(repaired.after.findings()).as(repaired.told()).isEmpty();
    assertThat(lake.askLake("FROM ward.visit ORDER BY ALL")).isEqualTo(visits);
    assertThat(lake.askLake("FROM ward.remark ORDER BY ALL")).isEqualTo(notes);
    lake.changeLake(
        "ALTER TABLE ward.remark ADD COLUMN extra INTEGER",
        "INSERT INTO ward.remark BY NAME SELECT 7 AS extra");
    assertThat(lake.askLake("SELECT count(*) FROM ward.remark WHERE extra = 7"))
        .containsExactly("1");
  }

  @Test
  void staleRows_areRemovedAndCanBePutBack() {
    String count = "SELECT count(*) FROM ducklake_file_column_stats";
    lake.changeCatalog(
        "INSERT INTO ducklake_file_column_stats SELECT * REPLACE (900000 + data_file_id AS data_file_id) FROM ducklake_file_column_stats");
    List<String> before = lake.askCatalog(count);

    Repaired repaired = repair();

    assertThat(repaired.actions()).containsExactly("remove-stale-rows");
    assertThat(repaired.after.findings()).as(repaired.told()).isEmpty();
    assertThat(lake.askCatalog(count)).isNotEqualTo(before);
    undo(repaired);
    assertThat(lake.askCatalog(count)).isEqualTo(before);
    assertThat(codes()).containsExactly("catalog.stale-rows");
  }

  @Test
  void stepThatThePlanRefuses_isNotDone() throws IOException {
    Files.delete(file(".parquet"));
    try (Lake open = Specimens.open(lake)) {
      Repair repair = new Repair(open, folder.resolve("repairs"));
      RepairPlan plan =
          repair.plan(
              Fsck.run(open, FsckRequest.of(Level.EXISTS)),
              List.of(clean.data().toString()),
              Duration.ZERO);
      String edited = plan.json().replace("\"do\" : true", "\"do\" : false");
      assertThat(edited).isNotEqualTo(plan.json());
      assertThat(repair.apply(RepairPlan.parse(edited)).done())
          .extracting(Repair.Done::ending)
          .containsExactly(Repair.Ending.SKIPPED);
    }
    assertThat(codes()).containsExactly("file.missing");
  }

  @Test
  void whatIsRightAgain_isLeftAlone() throws IOException {
    Path file = file(".parquet");
    Path aside = folder.resolve("aside");
    Files.move(file, aside);
    try (Lake open = Specimens.open(lake)) {
      Repair repair = new Repair(open, folder.resolve("repairs"));
      RepairPlan plan =
          repair.plan(Fsck.run(open, FsckRequest.of(Level.EXISTS)), List.of(), Duration.ZERO);
      assertThat(plan.steps()).extracting(Step::action).containsExactly(Action.TOMBSTONE);
      Files.move(aside, file);

      assertThat(repair.apply(plan).done())
          .extracting(Repair.Done::ending)
          .containsExactly(Repair.Ending.SKIPPED);
    }
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
  }

  @Test
  void catalogBeforeARepair_isACatalogItself() throws IOException {
    Files.delete(file(".parquet"));

    Repaired repaired = repair(clean.data());

    Path backup = repaired.applied.folder().resolve("catalog-before.duckdb");
    Files.copy(backup, lake.catalog(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    assertThat(codes()).isEmpty();
  }

  @Test
  void repairThatWasKilled_canBeUndone() throws IOException {
    Files.delete(file(".parquet"));
    Repaired repaired = repair(clean.data());
    Path journal = repaired.applied.folder().resolve("journal.jsonl");
    Files.write(
        journal,
        (Files.readString(journal) + "{\"kind\":\"moved\",\"from\":\"/never")
            .getBytes(StandardCharsets.UTF_8));

    assertThat(undo(repaired).changes()).isEqualTo(1);
    assertThat(codes()).containsExactly("file.missing");
  }
}
