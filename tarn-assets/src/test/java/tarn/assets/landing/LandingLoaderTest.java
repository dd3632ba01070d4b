package tarn.assets.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.FileFormat;
import tarn.assets.WriteMode;
import tarn.assets.io.Materialization;
import tarn.assets.landing.LandingSource.QuarantineThreshold;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class LandingLoaderTest {
  @TempDir Path folder;
  private LandingStation station;

  @BeforeEach
  void open() {
    station = new LandingStation(folder);
  }

  @AfterEach
  void close() {
    station.close();
  }

  private static final LandingSource VISITS =
      LandingStation.csv(Map.of(), "id BIGINT", "day DATE", "ward VARCHAR");

  @Test
  void newFiles_areRead_andEachRowKnowsItsFile() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n2,2024-01-02,\n");
    station.file("b.csv", "id,day,ward\n3,2024-01-03,\"B, east\"\n");
    LandingResult result = station.land(VISITS);
    assertThat(result.read()).containsExactly("landing/a.csv", "landing/b.csv");
    assertThat(result.landedRows()).isEqualTo(3);
    assertThat(result.malformedRows()).isZero();
    assertThat(station.rows("id, day, ward, _source_file"))
        .containsExactly(
            "1|2024-01-01|A|landing/a.csv",
            "2|2024-01-02|NULL|landing/a.csv",
            "3|2024-01-03|B, east|landing/b.csv");
  }

  @Test
  void unchangedFiles_areNotReadAgain_andLeaveNoSnapshot() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.land(VISITS);
    String before = station.snapshots();
    LandingResult again = station.land(VISITS);
    assertThat(again.read()).isEmpty();
    assertThat(again.unchanged()).containsExactly("landing/a.csv");
    assertThat(again.materialization()).isInstanceOf(Materialization.Unchanged.class);
    assertThat(station.snapshots()).isEqualTo(before);
  }

  @Test
  void newFile_isAddedToTheOthers() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.land(VISITS);
    station.file("b.csv", "id,day,ward\n2,2024-01-02,B\n");
    LandingResult result = station.land(VISITS);
    assertThat(result.read()).containsExactly("landing/b.csv");
    assertThat(station.rows("id, ward")).containsExactly("1|A", "2|B");
  }

  @Test
  void changedFile_takesThePlaceOfItsFormerRows() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n2,2024-01-01,A\n");
    station.file("b.csv", "id,day,ward\n9,2024-01-01,B\n");
    station.land(VISITS);
    station.file("a.csv", "id,day,ward\n2,2024-01-01,changed\n");
    LandingResult result = station.land(VISITS);
    assertThat(result.read()).containsExactly("landing/a.csv");
    assertThat(station.rows("id, ward")).containsExactly("2|changed", "9|B");
    assertThat(result.landedRows()).isEqualTo(1);
  }

  @Test
  void fileThatIsEmptyNow_losesItsRows() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.file("b.csv", "id,day,ward\n9,2024-01-01,B\n");
    station.land(VISITS);
    station.file("a.csv", "id,day,ward\n");
    station.land(VISITS);
    assertThat(station.rows("id")).containsExactly("9");
  }

  @Test
  void touchedFile_isFoundUnchangedByItsContent() throws IOException {
    Path file = station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.land(VISITS);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    LandingResult result = station.land(VISITS);
    assertThat(result.read()).isEmpty();
    assertThat(result.unchanged()).containsExactly("landing/a.csv");
  }

  @Test
  void changeOfTheSameSizeAndTime_rightAfterLanding_isNoticed() throws IOException {
    Path file = station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    // A clock that is ahead leaves no doubt that the landing is not well after the change.
    FileTime now = FileTime.from(Instant.now().plusSeconds(60));
    Files.setLastModifiedTime(file, now);
    station.land(VISITS);
    Files.writeString(file, "id,day,ward\n2,2024-01-01,A\n");
    Files.setLastModifiedTime(file, now);
    assertThat(station.land(VISITS).read()).containsExactly("landing/a.csv");
    assertThat(station.rows("id")).containsExactly("2");
  }

  @Test
  void vanishedFile_keepsItsRows_andIsReported() throws IOException {
    Path file = station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.file("b.csv", "id,day,ward\n2,2024-01-01,A\n");
    station.land(VISITS);
    Files.delete(file);
    LandingResult result = station.land(VISITS);
    assertThat(result.vanished()).containsExactly("landing/a.csv");
    assertThat(station.rows("id")).containsExactly("1", "2");
  }

  @Test
  void sameContentUnderAnotherName_isAnotherFile() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.file("copy.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.land(VISITS);
    assertThat(station.rows("id, _source_file"))
        .containsExactly("1|landing/a.csv", "1|landing/copy.csv");
  }

  @Test
  void renamedFile_isNotAddedAgain_andItsRowsHaveItsNewName() throws IOException {
    Path file = station.file("a.csv", "id,day,ward\n1,2024-01-01,A\nx,2024-01-01,A\n");
    station.file("other.csv", "id,day,ward\n2,2024-01-01,B\n");
    station.land(VISITS);
    Path renamed = file.resolveSibling("b.csv");
    Files.move(file, renamed);
    LandingResult result = station.land(VISITS);
    assertThat(result.renamed()).containsExactly(Map.entry("landing/b.csv", "landing/a.csv"));
    assertThat(result.vanished()).isEmpty();
    assertThat(station.rows("id, _source_file"))
        .containsExactly("1|landing/b.csv", "2|landing/other.csv");
    assertThat(station.quarantined())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("landing/b.csv|3|id");
    // The former name is free for another delivery, even of the same content.
    Files.copy(renamed, file);
    Files.setLastModifiedTime(file, Files.getLastModifiedTime(renamed));
    assertThat(station.land(VISITS).read()).containsExactly("landing/a.csv");
    assertThat(station.rows("id, _source_file"))
        .containsExactly("1|landing/a.csv", "1|landing/b.csv", "2|landing/other.csv");
  }

  @Test
  void sameContentDeliveredLater_isNoRenamedFile() throws IOException {
    Path first = station.file("day1.csv", "id,day,ward\n1,2024-01-01,A\n");
    Files.setLastModifiedTime(first, FileTime.from(Instant.now().minusSeconds(90_000)));
    station.land(VISITS);
    Files.delete(first);
    station.file("day2.csv", "id,day,ward\n1,2024-01-01,A\n");
    LandingResult result = station.land(VISITS);
    assertThat(result.renamed()).isEmpty();
    assertThat(result.vanished()).containsExactly("landing/day1.csv");
    assertThat(station.rows("id, _source_file"))
        .containsExactly("1|landing/day1.csv", "1|landing/day2.csv");
  }

  @Test
  void vanishedFileThatComesBack_isNotAddedAgain() throws IOException {
    Path file = station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.land(VISITS);
    Files.delete(file);
    station.land(VISITS);
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    assertThat(station.land(VISITS).unchanged()).containsExactly("landing/a.csv");
    assertThat(station.rows("id")).containsExactly("1");
  }

  @Test
  void twoRunsAtTheSameTime_landEachFileOnce() throws Exception {
    for (int file = 0; file < 20; file++) {
      station.file("f" + file + ".csv", "id,day,ward\n" + file + ",2024-01-01,A\nx,,\n");
    }
    try (ExecutorService runs = Executors.newFixedThreadPool(4)) {
      List<Callable<LandingResult>> landings = Collections.nCopies(4, () -> station.land(VISITS));
      List<LandingResult> results = new ArrayList<>();
      for (Future<LandingResult> run : runs.invokeAll(landings)) {
        results.add(run.get());
      }
      assertThat(results.stream().mapToLong(LandingResult::landedRows).sum()).isEqualTo(20);
    }
    assertThat(station.rows("count(*), count(DISTINCT id)")).containsExactly("20|20");
    assertThat(station.quarantined()).hasSize(20);
  }

  @Test
  void fileThatGoesAwayWhileItIsRead_isLandedWholeOrNotAtAll() throws Exception {
    String text =
        "id,day,ward\n"
            + IntStream.range(0, 100_000)
                .mapToObj(id -> id + ",2024-01-01,ward " + id)
                .collect(Collectors.joining("\n"));
    for (int delay = 0; delay < 600; delay += 60) {
      Path file = station.file("big" + delay + ".csv", text);
      int pause = delay;
      Thread remover = Thread.ofPlatform().start(() -> deleteAfter(file, pause));
      station.land(VISITS);
      remover.join();
    }
    assertThat(station.rows("count(*) % 100000, count(*) = count(DISTINCT _source_file) * 100000"))
        .containsExactly("0|true");
  }

  private static void deleteAfter(Path file, int milliseconds) {
    try {
      Thread.sleep(milliseconds);
      Files.delete(file);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void changedDeclaration_readsAllFilesAgain() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,NONE\n");
    station.land(VISITS);
    LandingSource nulls =
        LandingStation.csv(Map.of("nullstr", "NONE"), "id BIGINT", "day DATE", "ward VARCHAR");
    assertThat(station.land(nulls).read()).containsExactly("landing/a.csv");
    assertThat(station.rows("id, ward")).containsExactly("1|NULL");
  }

  @Test
  void widerType_readsAllFilesAgain_andDoublesNoRow() {
    station.file("a.csv", "id,amount\n1,10\n2,20\n");
    station.file("b.csv", "id,amount\n3,30\n");
    station.land(LandingStation.csv(Map.of(), "id BIGINT", "amount INTEGER"));
    station.file("b.csv", "id,amount\n3,30.5\n");
    LandingResult result = station.land(LandingStation.csv(Map.of(), "id BIGINT", "amount DOUBLE"));
    assertThat(result.read()).containsExactly("landing/a.csv", "landing/b.csv");
    assertThat(station.rows("id, amount")).containsExactly("1|10.0", "2|20.0", "3|30.5");
  }

  @Test
  void droppedTable_isFilledAgainFromAllFiles() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.land(VISITS);
    station.scratch().execute("DROP TABLE raw.visits");
    assertThat(station.land(VISITS).read()).containsExactly("landing/a.csv");
    assertThat(station.rows("id")).containsExactly("1");
  }

  @Test
  void replaceMode_readsAllFiles_andForgetsThoseThatVanished() throws IOException {
    Path file = station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.file("b.csv", "id,day,ward\n2,2024-01-01,A\n");
    station.land(VISITS, new WriteMode.Replace());
    Files.delete(file);
    LandingResult result = station.land(VISITS, new WriteMode.Replace());
    assertThat(result.read()).containsExactly("landing/b.csv");
    assertThat(station.rows("id")).containsExactly("2");
  }

  @Test
  void replaceMode_forgetsTheQuarantineOfAFileThatVanished() throws IOException {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    Path bad = station.file("bad.csv", "id,day,ward\nx,2024-01-01,A\n");
    station.land(VISITS, new WriteMode.Replace());
    assertThat(station.quarantined()).hasSize(1);
    Files.delete(bad);
    assertThat(station.land(VISITS, new WriteMode.Replace()).vanished())
        .containsExactly("landing/bad.csv");
    assertThat(station.quarantined()).isEmpty();
    String before = station.snapshots();
    assertThat(station.land(VISITS, new WriteMode.Replace()).vanished()).isEmpty();
    assertThat(station.snapshots()).isEqualTo(before);
  }

  @Test
  void replaceModeOfUnchangedFiles_leavesNoSnapshot() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\nx,2024-01-01,A\n");
    station.land(VISITS, new WriteMode.Replace());
    String before = station.snapshots();
    LandingResult again = station.land(VISITS, new WriteMode.Replace());
    assertThat(again.materialization()).isInstanceOf(Materialization.Unchanged.class);
    assertThat(station.snapshots()).isEqualTo(before);
    assertThat(station.quarantined()).hasSize(1);
  }

  @Test
  void replaceModeWithoutFiles_isRefusedRatherThanEmptyingTheTable() throws IOException {
    Path file = station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.land(VISITS, new WriteMode.Replace());
    Files.delete(file);
    TarnException refused =
        catchThrowableOfType(
            TarnException.class, () -> station.land(VISITS, new WriteMode.Replace()));
    assertThat(refused.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(station.rows("id")).containsExactly("1");
  }

  @Test
  void mergeMode_updatesByKey() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n2,2024-01-01,A\n");
    WriteMode merge = new WriteMode.Merge(List.of("id"), WriteMode.Unmatched.KEEP);
    station.land(VISITS, merge);
    station.file("b.csv", "id,day,ward\n2,2024-01-01,moved\n3,2024-01-01,new\n");
    station.land(VISITS, merge);
    assertThat(station.rows("id, ward, _source_file"))
        .containsExactly("1|A|landing/a.csv", "2|moved|landing/b.csv", "3|new|landing/b.csv");
  }

  @Test
  void mergeMode_countsWhatAChangedFileGave_andKeepsKeysThatLeftIt() {
    WriteMode merge = new WriteMode.Merge(List.of("id"), WriteMode.Unmatched.KEEP);
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n2,2024-01-01,A\nx,2024-01-01,A\n");
    assertThat(station.land(VISITS, merge).malformedRows()).isEqualTo(1);
    station.file("a.csv", "id,day,ward\n2,2024-01-01,moved\ny,2024-01-01,A\nz,2024-01-01,A\n");
    LandingResult result = station.land(VISITS, merge);
    assertThat(result.landedRows()).isEqualTo(1);
    assertThat(result.malformedRows()).isEqualTo(2);
    assertThat(station.rows("id, ward")).containsExactly("1|A", "2|moved");
    assertThat(station.quarantined()).hasSize(2);
    assertThat(station.land(VISITS, merge).read()).isEmpty();
  }

  @Test
  void mergeOfAKeyThatTwoFilesHold_isRefused() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.file("b.csv", "id,day,ward\n1,2024-01-01,B\n");
    TarnException refused =
        catchThrowableOfType(
            TarnException.class,
            () ->
                station.land(VISITS, new WriteMode.Merge(List.of("id"), WriteMode.Unmatched.KEEP)));
    assertThat(refused.code()).isEqualTo(ErrorCode.ASSET_FAILED);
    assertThat(refused).hasMessageContaining("id = 1 (2 rows)");
  }

  @Test
  void overwritingPartitions_countsWhatAChangedFileGave() {
    WriteMode overwrite = new WriteMode.OverwritePartitions(List.of("day"));
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n2,2024-01-02,A\nx,2024-01-02,A\n");
    station.land(VISITS, overwrite);
    station.file("a.csv", "id,day,ward\n3,2024-01-02,A\n4,2024-01-02,A\nx,2024-01-02,A\n");
    LandingResult result = station.land(VISITS, overwrite);
    assertThat(result.landedRows()).isEqualTo(2);
    assertThat(result.malformedRows()).isEqualTo(1);
    assertThat(station.rows("id, day"))
        .containsExactly("1|2024-01-01", "3|2024-01-02", "4|2024-01-02");
  }

  @Test
  void mergeThatDeletesTheUnmatched_isRefused() {
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    TarnException refused =
        catchThrowableOfType(
            TarnException.class,
            () ->
                station.land(
                    VISITS, new WriteMode.Merge(List.of("id"), WriteMode.Unmatched.DELETE)));
    assertThat(refused.code()).isEqualTo(ErrorCode.LANDING_INVALID);
  }

  @Test
  void noFilesYet_makeAnEmptyTable() {
    LandingResult result = station.land(VISITS);
    assertThat(result.read()).isEmpty();
    assertThat(station.rows("id, day, ward, _source_file")).isEmpty();
  }

  @Test
  void emptyFiles_haveNoRows() {
    station.file("zero.csv", "");
    station.file("head.csv", "id,day,ward");
    station.file("blank.csv", "\n\n");
    station.file("mark.csv", "\uFEFFid,day,ward\r\n");
    LandingResult result = station.land(VISITS);
    assertThat(result.read()).hasSize(4);
    assertThat(result.malformedRows()).isZero();
    assertThat(station.rows("id")).isEmpty();
  }

  @Test
  void malformedRecords_goToTheQuarantine_andTheOthersAreRows() {
    station.file(
        "a.csv",
        """
        id,day,ward
        1,2024-01-01,A
        two,2024-01-01,A
        3,2024-13-01,"x
        y"
        4,2024-01-01
        5,2024-01-01,A,more
        6,2024-01-01,"A
        7,2024-01-01,A
        8.5,2024-01-01,A
        """);
    station.file("clean.csv", "id,day,ward\n99,2024-01-01,C\n");
    LandingResult result = station.land(VISITS);
    assertThat(station.rows("id, _source_file"))
        .containsExactly("1|landing/a.csv", "7|landing/a.csv", "99|landing/clean.csv");
    assertThat(station.quarantined())
        .containsExactly(
            "landing/a.csv|3|id|`two` is no BIGINT|two,2024-01-01,A",
            "landing/a.csv|4|day|`2024-13-01` is no DATE|3,2024-13-01,\"x\ny\"",
            "landing/a.csv|6|NULL|it has 2 fields instead of 3|4,2024-01-01",
            "landing/a.csv|7|NULL|it has 4 fields instead of 3|5,2024-01-01,A,more",
            "landing/a.csv|8|NULL|a quoted field is not closed|6,2024-01-01,\"A",
            "landing/a.csv|10|id|`8.5` is no BIGINT|8.5,2024-01-01,A");
    assertThat(result.landedRows()).isEqualTo(3);
    assertThat(result.malformedRows()).isEqualTo(6);
  }

  @Test
  void mendedFile_leavesTheQuarantine() {
    station.file("a.csv", "id,day,ward\nx,2024-01-01,A\n");
    station.file("b.csv", "id,day,ward\ny,2024-01-01,A\n");
    station.land(VISITS);
    station.file("a.csv", "id,day,ward\n1,2024-01-01,A\n");
    station.land(VISITS);
    assertThat(station.rows("id")).containsExactly("1");
    assertThat(station.quarantined())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("landing/b.csv|2|id");
  }

  @Test
  void thresholdOfRows_refusesTheLoad_withExamples_andLeavesTheLakeAsItWas() {
    LandingSource strict =
        LandingStation.source(
            FileFormat.CSV, "landing/*.csv", Map.of(), new QuarantineThreshold(1, 1), "id BIGINT");
    station.file("a.csv", "id\n1\nx\n");
    station.land(strict);
    String before = station.snapshots();
    station.file("b.csv", "id\n2\ny\nz\n");
    TarnException refused = catchThrowableOfType(TarnException.class, () -> station.land(strict));
    assertThat(refused.code()).isEqualTo(ErrorCode.QUARANTINE_THRESHOLD);
    assertThat(refused)
        .hasMessageContaining("2 of 3 records of raw/visits are malformed")
        .hasMessageContaining("landing/b.csv, line 3, column `id`: `y` is no BIGINT");
    assertThat(station.snapshots()).isEqualTo(before);
    assertThat(station.rows("id")).containsExactly("1");
    assertThat(station.quarantined()).hasSize(1);
  }

  @Test
  void thresholdOfAFraction_countsTheFilesOfOneLoad() {
    LandingSource tenPercent =
        LandingStation.source(
            FileFormat.CSV,
            "landing/*.csv",
            Map.of(),
            new QuarantineThreshold(Long.MAX_VALUE, 0.1),
            "id BIGINT");
    station.file("a.csv", "id\n1\n2\n3\n4\n5\n6\n7\n8\n9\nx\n");
    assertThat(station.land(tenPercent).malformedRows()).isEqualTo(1);
    station.file("b.csv", "id\n1\n2\n3\nx\n");
    assertThat(catchThrowableOfType(TarnException.class, () -> station.land(tenPercent)).code())
        .isEqualTo(ErrorCode.QUARANTINE_THRESHOLD);
  }

  @Test
  void headerInAnotherOrderAndCase_isMatchedByName() {
    station.file("a.csv", "Ward; ID ;day\nA;1;2024-01-01\n");
    station.file("b.csv", "id;day;ward\n2;2024-01-02;B\n");
    station.land(LandingStation.csv(Map.of("delim", ";"), "id BIGINT", "day DATE", "ward VARCHAR"));
    assertThat(station.rows("id, day, ward")).containsExactly("1|2024-01-01|A", "2|2024-01-02|B");
  }

  @Test
  void delimiterThatNobodyDeclared_isFoundInTheHeader() {
    station.file("a.csv", "id;day;ward\n1;2024-01-01;A, b\n");
    station.file("b.csv", "id\tday\tward\n2\t2024-01-02\tB\n");
    station.land(VISITS);
    assertThat(station.rows("id, ward")).containsExactly("1|A, b", "2|B");
  }

  @Test
  void missingRenamedAndExtraColumns_areErrorsThatNameThem() {
    station.file("a.csv", "id,dat,ward\n1,2024-01-01,A\n");
    TarnException refused = catchThrowableOfType(TarnException.class, () -> station.land(VISITS));
    assertThat(refused.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(refused)
        .hasMessage(
            "landing/a.csv does not have the columns that are declared: it lacks `day`; did you"
                + " mean `dat`?; nobody declared `dat`. Its columns are `id`, `dat`, `ward`.");
    station.file("a.csv", "id,day,ward,extra\n1,2024-01-01,A,x\n");
    assertThat(catchThrowableOfType(TarnException.class, () -> station.land(VISITS)))
        .hasMessageContaining("nobody declared `extra`");
  }

  @Test
  void unknownOptionAndUnknownType_areErrors() {
    station.file("a.csv", "id\n1\n");
    TarnException option =
        catchThrowableOfType(
            TarnException.class,
            () -> station.land(LandingStation.csv(Map.of("delimiter", ";"), "id BIGINT")));
    assertThat(option.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(option).hasMessageContaining("`delimiter` is no option");
    TarnException type =
        catchThrowableOfType(
            TarnException.class, () -> station.land(LandingStation.csv(Map.of(), "id BIGGINT")));
    assertThat(type.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(type).hasMessageContaining("BIGGINT");
  }
}
