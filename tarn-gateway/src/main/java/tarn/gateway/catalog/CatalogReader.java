package tarn.gateway.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;

/** Reads the catalog's own tables, and no data file. */
public final class CatalogReader {
  private CatalogReader() {}

  /** Every live table, by name. */
  public static List<TableEntry> tables(Session session) {
    return session.query(
        """
        WITH data AS (
          SELECT table_id, count(*) AS files, sum(file_size_bytes) AS bytes,
            sum(record_count) AS records
          FROM %1$s.ducklake_data_file WHERE end_snapshot IS NULL GROUP BY table_id),
        deletes AS (
          SELECT table_id, count(*) AS files, sum(file_size_bytes) AS bytes,
            sum(delete_count) AS records
          FROM %1$s.ducklake_delete_file WHERE end_snapshot IS NULL GROUP BY table_id),
        comments AS (
          SELECT object_id, value FROM %1$s.ducklake_tag
          WHERE key = 'comment' AND end_snapshot IS NULL)
        SELECT t.table_id, s.schema_name, t.table_name, c.value,
          coalesce(data.files, 0), coalesce(deletes.files, 0),
          coalesce(data.bytes, 0) + coalesce(deletes.bytes, 0),
          coalesce(data.records, 0) - coalesce(deletes.records, 0)
        FROM %1$s.ducklake_table t
        JOIN %1$s.ducklake_schema s USING (schema_id)
        LEFT JOIN data ON data.table_id = t.table_id
        LEFT JOIN deletes ON deletes.table_id = t.table_id
        LEFT JOIN comments c ON c.object_id = t.table_id
        WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL
        ORDER BY s.schema_name, t.table_name"""
            .formatted(Lake.METADATA),
        CatalogReader::entry);
  }

  private static TableEntry entry(ResultSet row) throws SQLException {
    return new TableEntry(
        row.getLong(1),
        new TableName(text(row.getString(2)), text(row.getString(3))),
        Optional.ofNullable(row.getString(4)),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8));
  }

  /** What the catalog's statistics say of each column, by its name. */
  public static Map<String, Map<String, @Nullable Object>> statistics(Session session, long table) {
    Map<String, Map<String, @Nullable Object>> found = new LinkedHashMap<>();
    session
        .query(
            """
            SELECT c.column_name, s.contains_null, s.min_value, s.max_value
            FROM %1$s.ducklake_table_column_stats s
            JOIN %1$s.ducklake_column c USING (table_id, column_id)
            WHERE s.table_id = ? AND c.end_snapshot IS NULL AND c.parent_column IS NULL
            ORDER BY c.column_order"""
                .formatted(Lake.METADATA),
            row -> {
              Map<String, @Nullable Object> fields = new LinkedHashMap<>();
              fields.put("contains_null", row.getObject(2));
              fields.put("minimum", row.getString(3));
              fields.put("maximum", row.getString(4));
              return Map.entry(text(row.getString(1)), fields);
            },
            table)
        .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
    return found;
  }

  /** The newest snapshots in which files of a table came or went. */
  public static List<Long> snapshots(Session session, long table, int most) {
    return new ArrayList<>(
        session.query(
            """
            SELECT DISTINCT snapshot FROM (
              SELECT begin_snapshot AS snapshot FROM %1$s.ducklake_data_file WHERE table_id = ?
              UNION ALL SELECT end_snapshot FROM %1$s.ducklake_data_file WHERE table_id = ?
              UNION ALL SELECT begin_snapshot FROM %1$s.ducklake_delete_file WHERE table_id = ?)
            WHERE snapshot IS NOT NULL ORDER BY snapshot DESC LIMIT %2$d"""
                .formatted(Lake.METADATA, most),
            row -> row.getLong(1),
            table,
            table,
            table));
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNull(value);
  }
}
