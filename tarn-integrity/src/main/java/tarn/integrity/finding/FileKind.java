package tarn.integrity.finding;

import java.util.Locale;

/** What a file is to the catalog. */
public enum FileKind {
  /** Rows of a table. */
  DATA,
  /** Positions of rows that were deleted from a data file. */
  DELETE,
  /** Given up by the catalog and waiting to be removed. */
  PENDING,
  /** In the data path, and in no catalog. */
  UNREFERENCED,
  /** The content of a file by reference. */
  BLOB;

  /** By the number that it has in the tables of a check. */
  public static FileKind numbered(int number) {
    return switch (number) {
      case 0 -> DATA;
      case 1 -> DELETE;
      case 2 -> PENDING;
      case 3 -> UNREFERENCED;
      case 4 -> BLOB;
      default -> throw new IllegalArgumentException("there is no kind of file " + number);
    };
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
