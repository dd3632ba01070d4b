package tarn.integrity.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import tarn.integrity.write.Durability;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/** A copy of the catalog's whole database in one file, as it was at one moment. */
public final class CatalogCopy {
  private CatalogCopy() {}

  /**
   * Writes the copy, with the ledger; it can be attached as a catalog itself.
   *
   * @param session one of {@link Lake#catalogSession} with no transaction open
   */
  public static void write(Session session, Path file) {
    session.execute("ATTACH " + Sql.literal(file.toString()) + " AS tarn_backup");
    try {
      session.execute("COPY FROM DATABASE " + Lake.METADATA + " TO tarn_backup");
    } finally {
      session.execute("DETACH tarn_backup");
    }
    Durability.force(List.of(file), Objects.requireNonNull(file.getParent()));
  }
}
