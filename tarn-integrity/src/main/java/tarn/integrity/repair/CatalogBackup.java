package tarn.integrity.repair;

import java.nio.file.Path;
import java.util.List;
import tarn.integrity.write.Durability;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/** A copy of the catalog's whole database in one file, as it was at one moment. */
final class CatalogBackup {
  private CatalogBackup() {}

  /**
   * Writes the copy; it can be attached as a catalog itself.
   *
   * @param session with no transaction open
   */
  static void write(Session session, Path file) {
    session.execute("ATTACH " + Sql.literal(file.toString()) + " AS tarn_backup");
    try {
      session.execute("COPY FROM DATABASE " + Lake.METADATA + " TO tarn_backup");
    } finally {
      session.execute("DETACH tarn_backup");
    }
    Durability.force(List.of(file), file.resolveSibling(""));
  }
}
