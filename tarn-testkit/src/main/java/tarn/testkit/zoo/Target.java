package tarn.testkit.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file of {@code ward.visit} that is to be damaged.
 *
 * @param id the catalog's number of it
 */
record Target(long id, Path file) {

  /** Live data files, the oldest first. */
  static List<Target> dataFiles(Specimen lake) {
    return files(lake, "data_file", "f.end_snapshot IS NULL AND t.end_snapshot IS NULL");
  }

  /** The oldest live data file. */
  static Optional<Target> dataFile(Specimen lake) {
    return dataFiles(lake).stream().findFirst();
  }

  /** Data files that only older snapshots need. */
  static List<Target> historicalFiles(Specimen lake) {
    return files(lake, "data_file", "f.end_snapshot IS NOT NULL");
  }

  static List<Target> deleteFiles(Specimen lake) {
    return files(lake, "delete_file", "f.end_snapshot IS NULL AND t.end_snapshot IS NULL");
  }

  private static List<Target> files(Specimen lake, String kind, String condition) {
    String query =
        """
        SELECT f.%1$s_id, s.path, t.path, f.path, f.path_is_relative
        FROM ducklake_%1$s f
        JOIN (SELECT DISTINCT ON (table_id) * FROM ducklake_table ORDER BY begin_snapshot DESC) t
          USING (table_id)
        JOIN ducklake_schema s USING (schema_id)
        WHERE t.table_name = 'visit' AND s.schema_name = 'ward' AND %2$s
        ORDER BY 1"""
            .formatted(kind, condition);
    return lake.askCatalog(query).stream()
        .map(row -> row.split("\\|", -1))
        .map(row -> new Target(Long.parseLong(row[0]), path(lake, row)))
        .toList();
  }

  private static Path path(Specimen lake, String[] row) {
    return row[4].equals("true")
        ? lake.data().resolve(row[1]).resolve(row[2]).resolve(row[3])
        : Path.of(row[3]);
  }

  long size() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts other bytes in the file's place. */
  boolean overwrite(byte[] bytes) {
    try {
      Files.write(file, bytes);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean remove() {
    try {
      Files.delete(file);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Flips one bit, counted in bytes from the start or, when negative, from the end. */
  boolean flip(int offset) {
    byte[] bytes = bytes();
    int at = offset < 0 ? bytes.length + offset : offset;
    bytes[at] ^= 0x10;
    return overwrite(bytes);
  }

  boolean truncate(long size) {
    return overwrite(Arrays.copyOf(bytes(), (int) size));
  }

  boolean append(byte[] more) {
    byte[] bytes = bytes();
    byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, longer, bytes.length, more.length);
    return overwrite(longer);
  }
}
