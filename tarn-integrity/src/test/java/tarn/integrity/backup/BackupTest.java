package tarn.integrity.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.TarnException;
import tarn.integrity.Specimens;
import tarn.integrity.backup.Manifest.DataFiles;
import tarn.integrity.check.Progress;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.finding.Level;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

/** The expected rows are asked of the lake by the engine alone, before anything happens to it. */
class BackupTest {
  private static final String ALL = "FROM ward.visit ORDER BY ALL";

  @TempDir Path folder;
  private Specimen lake;
  private List<String> rows;

  @BeforeEach
  void makeLake() {
    lake = Specimens.recorded(LakeShape.WITH_DELETES, folder.resolve("lake"));
    rows = lake.askLake(ALL);
  }

  private Backup.Made backUp(DataFiles data) {
    try (Lake open = Specimens.open(lake)) {
      return new Backup(open, folder.resolve("backups"), Progress.NONE).make(data);
    }
  }

  private Restore restore() {
    LakeSettings settings = ScratchLake.settings(lake.folder(), "1GB");
    return new Restore(settings, LakeFiles.of(settings.dataPath()), Checkout.extensions(), folder);
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(lake.data().resolve("ward/visit"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void catalog_isPutBackAsItWas() {
    Backup.Made made = backUp(DataFiles.LEFT);
    lake.changeLake("DELETE FROM ward.visit WHERE id < 2000", "DROP TABLE ward.note");

    Restore.Restored restored = restore().restore(made.backup(), Level.CONTENT);

    assertThat(restored.errors()).isEmpty();
    assertThat(restored.before().orElseThrow()).exists();
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    assertThat(lake.askLake("SELECT count(*) FROM ward.note")).containsExactly("10");
    // What came after the backup belongs to nobody now; nothing else is wrong.
    assertThat(Specimens.check(lake, Level.CONTENT).findings())
        .allMatch(finding -> finding.type().code().equals("orphan"));
  }

  @Test
  void lostFiles_comeBackWithTheBackupThatHasThem() throws IOException {
    Backup.Made made = backUp(DataFiles.COPIED);
    assertThat(made.unfit()).isEmpty();
    assertThat(backUp(DataFiles.COPIED).copied()).isZero();
    // One that a later delete has replaced still lies there, and no snapshot needs it.
    String needed =
        lake.askCatalog(
                "SELECT (SELECT count(*) FROM ducklake_data_file) + (SELECT count(*) FROM ducklake_delete_file) - 1")
            .getFirst();
    for (Path file : dataFiles()) {
      Files.delete(file);
    }

    assertThat(restore().verify(made.backup(), Level.EXISTS).errors()).isNotEmpty();
    assertThat(dataFiles()).isEmpty();
    Restore.Restored restored = restore().restore(made.backup(), Level.CONTENT);

    assertThat(restored.errors()).isEmpty();
    assertThat(restored.copiedBack()).hasSize(Integer.parseInt(needed));
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    assertThat(Specimens.check(lake, Level.CONTENT).findings()).isEmpty();
  }

  @Test
  void catalogWhoseFilesAreGone_isNotPutBack() throws IOException {
    Backup.Made made = backUp(DataFiles.LEFT);
    byte[] before = Files.readAllBytes(lake.catalog());
    Files.delete(dataFiles().getFirst());

    Restore.Restored restored = restore().restore(made.backup(), Level.EXISTS);

    assertThat(restored.errors()).hasSize(1);
    assertThat(restored.before()).isEmpty();
    assertThat(lake.catalog()).hasBinaryContent(before);
    assertThat(lake.catalog().resolveSibling("catalog.ducklake.restoring")).doesNotExist();
  }

  @Test
  void lakeWithoutACatalog_getsItBack() throws IOException {
    Backup.Made made = backUp(DataFiles.LEFT);
    Files.delete(lake.catalog());

    assertThat(restore().restore(made.backup(), Level.FOOTER).before()).isEmpty();
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
  }

  @Test
  void backupThatRotted_isRefused() throws IOException {
    Backup.Made made = backUp(DataFiles.LEFT);
    Path copy = made.backup().resolve("catalog.duckdb");
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length / 2] ^= 1;
    Files.write(copy, bytes);

    assertThatThrownBy(() -> restore().verify(made.backup(), Level.CATALOG))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("not as it was written");
    assertThatThrownBy(() -> restore().verify(folder, Level.CATALOG))
        .hasMessageContaining("no backup");
  }

  @Test
  void damagedFile_isNotCopied() throws IOException {
    Path file = dataFiles().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[99] ^= 1;
    Files.write(file, bytes);

    assertThat(backUp(DataFiles.COPIED).unfit())
        .singleElement()
        .asString()
        .contains(file.getFileName().toString(), "not those that were recorded");
  }
}
