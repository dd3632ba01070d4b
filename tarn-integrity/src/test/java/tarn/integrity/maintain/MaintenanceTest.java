package tarn.integrity.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.TarnException;
import tarn.integrity.Specimens;
import tarn.integrity.finding.Level;
import tarn.integrity.maintain.Maintenance.Report;
import tarn.integrity.maintain.Maintenance.Wish;
import tarn.lake.Lake;
import tarn.lake.TableName;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

class MaintenanceTest {
  private static final String ALL = "FROM ward.visit ORDER BY ALL";
  private static final Wish EVERYTHING =
      new Wish(Optional.of(Duration.ZERO), 0.05, Duration.ZERO, Optional.empty());

  @TempDir Path folder;
  private Specimen lake;
  private List<String> rows;

  @BeforeEach
  void makeLake() {
    lake = Specimen.make(LakeShape.WITH_DELETES, folder.resolve("lake"));
    rows = lake.askLake(ALL);
  }

  private Report maintain(Wish wish) {
    try (Lake open = Specimens.open(lake)) {
      return new Maintenance(open).run(wish);
    }
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(lake.data().resolve("ward/visit"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void table_hasFewerFilesAndTheSameRows() throws IOException {
    Report report = maintain(EVERYTHING);

    assertThat(report.tables())
        .filteredOn(table -> table.name().equals(new TableName("ward", "visit")))
        .singleElement()
        .satisfies(
            table -> {
              assertThat(table.filesBefore()).isEqualTo(4);
              assertThat(table.filesAfter()).isEqualTo(1);
              assertThat(table.problem()).isEmpty();
            });
    assertThat(report.snapshotsExpired()).isPositive();
    assertThat(report.filesRemoved()).isPositive();
    assertThat(files()).isEqualTo(1);
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    assertThat(Specimens.check(lake, Level.DECODE).findings()).isEmpty();
    assertThat(
            lake.askCatalog(
                "SELECT DISTINCT recorded_by FROM _tarn.ledger WHERE file_id IN (SELECT data_file_id FROM ducklake_data_file WHERE record_count > 100)"))
        .containsExactly("write");
  }

  @Test
  void withoutASpan_noSnapshotIsForgotten() {
    List<String> snapshots = lake.askCatalog("SELECT snapshot_id FROM ducklake_snapshot");

    Report report = maintain(new Wish(Optional.empty(), 0.05, Duration.ZERO, Optional.empty()));

    assertThat(report.snapshotsExpired()).isZero();
    assertThat(lake.askCatalog("SELECT snapshot_id FROM ducklake_snapshot")).containsAll(snapshots);
    assertThat(lake.askLake("SELECT count(*) FROM ward.visit AT (VERSION => 4)"))
        .isEqualTo(List.of("100"));
  }

  @Test
  void preview_changesNothing() throws IOException {
    List<String> before = lake.askCatalog("FROM ducklake_snapshot");
    long files = files();
    try (Lake open = Specimens.open(lake)) {
      Report report = new Maintenance(open).preview(EVERYTHING);
      assertThat(report.snapshotsExpired()).isPositive();
      assertThat(report.tables()).isNotEmpty();
    }
    assertThat(lake.askCatalog("FROM ducklake_snapshot")).isEqualTo(before);
    assertThat(files()).isEqualTo(files);
  }

  @Test
  void lakeThatIsNotWhole_isLeftAlone() {
    lake.changeCatalog(
        "INSERT INTO ducklake_files_scheduled_for_deletion SELECT 999, 'ward/./visit/' || path, true, now() - INTERVAL 9 DAY FROM ducklake_data_file WHERE data_file_id = 0");

    assertThatThrownBy(() -> maintain(EVERYTHING))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("deletion.of-needed");
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
  }

  @Test
  void openFindingOfACloserCheck_countsUntilItIsMended() throws IOException {
    Specimens.check(lake, Level.CONTENT);
    Path file;
    try (Stream<Path> files = Files.walk(lake.data().resolve("ward/note"))) {
      file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    byte[] original = Files.readAllBytes(file);
    byte[] damaged = original.clone();
    damaged[damaged.length / 4] ^= 2;
    Files.write(file, damaged);
    assertThat(Specimens.check(lake, Level.CONTENT).findings()).hasSize(1);

    assertThatThrownBy(() -> maintain(EVERYTHING))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("An earlier check");
    Files.write(file, original);
    assertThat(Specimens.check(lake, Level.CONTENT).findings()).isEmpty();
    assertThat(maintain(EVERYTHING).filesRemoved()).isPositive();
  }
}
