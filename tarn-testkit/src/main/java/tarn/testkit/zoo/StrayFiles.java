package tarn.testkit.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Files that are where they should not be. */
final class StrayFiles {
  private StrayFiles() {}

  static List<Damage> all() {
    return List.of(
        Damage.found(
            "file in a table's folder that no catalog has",
            "orphan",
            "exists",
            lake -> copyBeside(lake, "ducklake-0192-left-by-a-killed-write.parquet")),
        Damage.found(
            "empty file in a table's folder",
            "orphan",
            "exists",
            lake -> write(lake.data().resolve("ward/visit/empty.parquet"))),
        Damage.found(
            "file in a folder of no table",
            "orphan",
            "exists",
            lake -> write(lake.data().resolve("old/backup/ducklake-1-delete.parquet"))),
        Damage.found(
            "file that the catalog gave up and nobody removed",
            "leftover",
            "exists",
            StrayFiles::giveUp),
        Damage.found(
            "file that waits for months to be removed",
            "deletion.overdue",
            "catalog",
            lake -> {
              boolean done = copyBeside(lake, "ducklake-waiting.parquet");
              lake.changeCatalog(
                  "INSERT INTO ducklake_files_scheduled_for_deletion VALUES (987654, 'ward/visit/ducklake-waiting.parquet', true, now() - INTERVAL 90 DAY)");
              return done;
            }),
        Damage.found(
            "data file moved out of the data path",
            "registration.outside",
            "catalog",
            StrayFiles::moveOut),
        Damage.found("data path away", "unverifiable", "exists", StrayFiles::takeAway),
        Damage.harmless(
            "file of another kind in a table's folder",
            lake -> write(lake.data().resolve("ward/visit/README.txt"))));
  }

  private static boolean write(Path file) {
    try {
      Files.createDirectories(file.resolveSibling(""));
      Files.write(file, new byte[0]);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean copyBeside(Specimen lake, String name) {
    List<Target> files = Target.dataFiles(lake);
    try {
      Path to = lake.data().resolve("ward/visit/" + name);
      Files.createDirectories(to.resolveSibling(""));
      Files.copy(files.getFirst().file(), to, StandardCopyOption.COPY_ATTRIBUTES);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a clean-up that was stopped leaves it: the catalog's rows are gone, the file is not. */
  private static boolean giveUp(Specimen lake) {
    List<Target> files = Target.historicalFiles(lake);
    if (files.isEmpty()) {
      return false;
    }
    long id = files.getFirst().id();
    if (!lake.askCatalog("SELECT 1 FROM ducklake_delete_file WHERE data_file_id = " + id)
        .isEmpty()) {
      return false;
    }
    lake.changeCatalog(
        "DELETE FROM ducklake_file_column_stats WHERE data_file_id = " + id,
        "DELETE FROM ducklake_file_partition_value WHERE data_file_id = " + id,
        "DELETE FROM ducklake_data_file WHERE data_file_id = " + id);
    return true;
  }

  private static boolean moveOut(Specimen lake) {
    Target file = Target.dataFiles(lake).getFirst();
    Path outside = lake.folder().resolve("elsewhere.parquet");
    try {
      Files.move(file.file(), outside);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lake.changeCatalog(
        "UPDATE ducklake_data_file SET path = '%s', path_is_relative = false WHERE data_file_id = %d"
            .formatted(outside, file.id()));
    return true;
  }

  private static boolean takeAway(Specimen lake) {
    try {
      Files.move(lake.data(), lake.folder().resolve("away"));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
