package tarn.files.format;

import java.util.List;
import java.util.Optional;

/**
 * A table of what a reader finds in files, one in each schema that has such files. Before its own
 * columns it has {@code collection}, {@code path} and {@code sha256}, which name the file.
 *
 * @param columns in their order
 * @param identity the column that says what a file is a version of: another file of the same
 *     identity and with other bytes is another version, numbered in the column {@code
 *     instance_version}
 */
public record IndexTable(
    String name, List<Column> columns, Optional<String> identity, List<View> views) {

  public IndexTable(String name, List<Column> columns) {
    this(name, columns, Optional.empty(), List.of());
  }

  /**
   * A view of the same schema.
   *
   * @param query with {@code %s} for this table
   */
  public record View(String name, String query) {}

  /**
   * @param type as SQL writes it; a row's texts are cast to it
   */
  public record Column(String name, String type) {}

  public static Column column(String name, String type) {
    return new Column(name, type);
  }
}
