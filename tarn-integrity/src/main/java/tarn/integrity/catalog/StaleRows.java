package tarn.integrity.catalog;

import java.util.List;
import java.util.Optional;

/**
 * Rows of the catalog that belong to nothing.
 *
 * @param table that has them, such as {@code ducklake_file_column_stats}
 * @param owner the table whose rows they should belong to
 * @param key the column by which they do
 */
public record StaleRows(String table, String owner, String key) {
  static final List<StaleRows> ALL =
      List.of(
          of("file_column_stats", "data_file", "data_file_id"),
          of("file_partition_value", "data_file", "data_file_id"),
          of("table_stats", "table", "table_id"),
          of("table_column_stats", "table", "table_id"),
          of("column", "table", "table_id"),
          of("partition_info", "table", "table_id"),
          of("inlined_data_tables", "table", "table_id"),
          of("name_mapping", "column_mapping", "mapping_id"));

  private static StaleRows of(String table, String owner, String key) {
    return new StaleRows("ducklake_" + table, "ducklake_" + owner, key);
  }

  public static Optional<StaleRows> of(String table) {
    return ALL.stream().filter(each -> each.table.equals(table)).findFirst();
  }

  /**
   * @param catalog the database that holds the catalog's tables
   */
  public String select(String catalog) {
    return "SELECT * FROM %s.%s r WHERE %s".formatted(catalog, table, condition(catalog));
  }

  public String delete(String catalog) {
    return "DELETE FROM %s.%s AS r WHERE %s".formatted(catalog, table, condition(catalog));
  }

  private String condition(String catalog) {
    return "NOT EXISTS (SELECT 1 FROM %1$s.%2$s o WHERE o.%3$s = r.%3$s)"
        .formatted(catalog, owner, key);
  }

  Rule rule() {
    return new Rule(
        "no-stale-" + table.substring("ducklake_".length()).replace('_', '-'),
        tarn.integrity.finding.FindingClass.CATALOG_STALE_ROWS,
        """
        SELECT '%1$s' AS subject, count(*) || ' of ' || (SELECT count(*) FROM {c}.%1$s)
          || ' rows belong to no row of %2$s.' AS detail
        FROM {c}.%1$s r WHERE NOT EXISTS (FROM {c}.%2$s o WHERE o.%3$s = r.%3$s)
        HAVING count(*) > 0"""
            .formatted(table, owner, key));
  }
}
