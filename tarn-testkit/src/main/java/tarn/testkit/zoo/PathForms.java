package tarn.testkit.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Other ways to write a path: none of them is wrong, so nothing may be found. */
final class PathForms {
  private PathForms() {}

  static List<Damage> all() {
    return List.of(
        form("path that starts with ./", "'./' || path"),
        form("path that goes up and down again", "'../visit/' || path"),
        form("path with two slashes", "'.//' || path"),
        Damage.harmless(
            "absolute path",
            lake -> {
              for (Target file : Target.dataFiles(lake)) {
                lake.changeCatalog(
                    "UPDATE ducklake_data_file SET path = '%s', path_is_relative = false WHERE data_file_id = %d"
                        .formatted(file.file(), file.id()));
              }
              return true;
            }),
        Damage.harmless(
            "absolute path of a schema",
            lake -> {
              lake.changeCatalog(
                  "UPDATE ducklake_schema SET path = '%s/ward/', path_is_relative = false WHERE schema_name = 'ward'"
                      .formatted(lake.data()));
              return true;
            }),
        Damage.harmless("table's folder on another disk", PathForms::link));
  }

  private static Damage form(String name, String path) {
    String ofVisit =
        " WHERE table_id IN (SELECT table_id FROM ducklake_table WHERE table_name = 'visit')";
    return Damage.harmless(
        name,
        lake -> {
          lake.changeCatalog(
              "UPDATE ducklake_data_file SET path = " + path + ofVisit,
              "UPDATE ducklake_delete_file SET path = " + path + ofVisit);
          return true;
        });
  }

  private static boolean link(Specimen lake) {
    try {
      Path folder = lake.data().resolve("ward/visit");
      Path elsewhere = lake.folder().resolve("disk2");
      Files.move(folder, elsewhere);
      Files.createSymbolicLink(folder, elsewhere);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
