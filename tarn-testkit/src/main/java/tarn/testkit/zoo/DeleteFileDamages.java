package tarn.testkit.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** What happens to the files that say which rows were deleted. */
final class DeleteFileDamages {
  private DeleteFileDamages() {}

  static List<Damage> all() {
    return List.of(
        Damage.found("delete file removed", "delete-file.missing", "exists", on(Target::remove)),
        Damage.found(
            "delete file cut in half",
            "delete-file.damaged",
            "exists",
            on(file -> file.truncate(file.size() / 2))),
        Damage.found(
            "bit flipped at the end of a delete file",
            "delete-file.damaged",
            "footer",
            on(file -> file.flip(-2))),
        Damage.found(
            "delete file replaced by another's",
            "delete-file.replaced",
            "footer",
            DeleteFileDamages::replaceBySameSize),
        Damage.found(
            "delete file of a data file that is not there",
            "delete-file.dangling",
            "catalog",
            lake ->
                Target.deleteFiles(lake).stream()
                    .limit(1)
                    .anyMatch(
                        file -> {
                          lake.changeCatalog(
                              "UPDATE ducklake_delete_file SET data_file_id = 987654 WHERE delete_file_id = "
                                  + file.id());
                          return true;
                        })),
        Damage.found(
            "two live delete files for one data file",
            "delete-file.rival",
            "catalog",
            DeleteFileDamages::addRival));
  }

  private static Damage.Act on(Predicate<Target> act) {
    return lake -> Target.deleteFiles(lake).stream().limit(1).anyMatch(act);
  }

  private static boolean replaceBySameSize(Specimen lake) {
    List<Target> files = Target.deleteFiles(lake);
    for (Target file : files) {
      for (Target other : files) {
        if (other.id() > file.id()
            && other.size() == file.size()
            && file.file().toString().endsWith(".parquet")) {
          return file.overwrite(other.bytes());
        }
      }
    }
    return false;
  }

  private static boolean addRival(Specimen lake) {
    List<Target> files = Target.deleteFiles(lake);
    if (files.isEmpty()) {
      return false;
    }
    Target file = files.getFirst();
    String name = file.file().getFileName().toString().replace("ducklake-", "ducklake-rival-");
    Path copy = file.file().resolveSibling(name);
    try {
      Files.copy(file.file(), copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lake.changeCatalog(
        "INSERT INTO ducklake_delete_file SELECT * REPLACE ((SELECT max(next_file_id) FROM ducklake_snapshot) AS delete_file_id, '%s' AS path) FROM ducklake_delete_file WHERE delete_file_id = %d"
            .formatted(name, file.id()),
        "UPDATE ducklake_snapshot SET next_file_id = next_file_id + 1");
    return true;
  }
}
