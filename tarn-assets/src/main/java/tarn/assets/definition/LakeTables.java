package tarn.assets.definition;

import java.util.Set;
import java.util.TreeSet;
import tarn.lake.Access;
import tarn.lake.CatalogLocation;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.extension.ExtensionStore;

/** The tables and views that the lake holds now; asked only when a query names one of no asset. */
@FunctionalInterface
public interface LakeTables {
  Set<TableName> names();

  /** Of a lake with nothing in it. */
  static LakeTables none() {
    return Set::of;
  }

  /** Of an open lake. */
  static LakeTables of(Session session) {
    return () ->
        new TreeSet<>(
            session.query(
                "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = '"
                    + Lake.NAME
                    + "'",
                row -> new TableName(row.getString(1), row.getString(2))));
  }

  /**
   * Of a lake that is opened for this question alone; one that does not exist yet holds nothing.
   */
  static LakeTables opening(LakeSettings settings, ExtensionStore extensions) {
    return () -> {
      boolean missing =
          switch (settings.catalog()) {
            case CatalogLocation.DuckDbFile(var file) -> !java.nio.file.Files.exists(file);
          };
      if (missing) {
        return Set.of();
      }
      try (Lake lake = Lake.open(settings, Access.READ, extensions);
          Session session = lake.session()) {
        return of(session).names();
      }
    };
  }
}
