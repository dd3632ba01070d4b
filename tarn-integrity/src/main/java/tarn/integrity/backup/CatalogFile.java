package tarn.integrity.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import tarn.integrity.files.Durability;
import tarn.lake.Lake;

/** A copy of the catalog's whole database in one file, as it was at one moment. */
public final class CatalogFile {
  private CatalogFile() {}

  /** Writes the copy, with the ledger; it can be attached as a catalog itself. */
  public static void write(Lake lake, Path file) {
    lake.copyCatalog(file);
    Durability.force(List.of(file), Objects.requireNonNull(file.getParent()));
  }
}
