package tarn.lake;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what the catalog knows of tables. */
public final class Tables {
  /** Changes of a table's files that leave its content as it was. */
  private static final String HOUSEKEEPING =
      "compacted_table|merge_adjacent|rewrite_delete|inline_flush|flushed_inlined";

  private Tables() {}

  /** The table of that name, whatever the letter case, as the session's transaction sees it. */
  public static Optional<TableState> find(Session session, TableName name) {
    return session
        .queryFirst(
            "SELECT schema_name, table_name, comment FROM duckdb_tables()"
                + " WHERE database_name = ? AND lower(schema_name) = ? AND lower(table_name) = ?",
            row ->
                new Named(
                    new TableName(text(row.getString(1)), text(row.getString(2))),
                    Optional.ofNullable(row.getString(3))),
            Lake.NAME,
            name.schema().toLowerCase(Locale.ROOT),
            name.table().toLowerCase(Locale.ROOT))
        .map(
            named ->
                new TableState(
                    id(session, named.name),
                    named.name,
                    columns(session, named.name),
                    partitions(session, named.name),
                    named.comment));
  }

  private record Named(TableName name, Optional<String> comment) {}

  private static long id(Session session, TableName name) {
    return session
        .queryFirst(
            "SELECT table_id FROM %s.ducklake_table t JOIN %s.ducklake_schema s USING (schema_id)"
                    .formatted(Lake.METADATA, Lake.METADATA)
                + " WHERE s.schema_name = ? AND t.table_name = ?"
                + " AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL",
            row -> row.getLong(1),
            name.schema(),
            name.table())
        .orElse(-1L);
  }

  private static List<TableState.Column> columns(Session session, TableName name) {
    return session.query(
        "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE database_name = ?"
            + " AND schema_name = ? AND table_name = ? ORDER BY column_index",
        row ->
            new TableState.Column(
                text(row.getString(1)),
                text(row.getString(2)),
                Optional.ofNullable(row.getString(3))),
        Lake.NAME,
        name.schema(),
        name.table());
  }

  private static List<String> partitions(Session session, TableName name) {
    return session.query(
        """
        SELECT c.column_name, p.transform
        FROM %1$s.ducklake_partition_info i
        JOIN %1$s.ducklake_partition_column p USING (partition_id, table_id)
        JOIN %1$s.ducklake_column c ON c.column_id = p.column_id AND c.table_id = p.table_id
        WHERE i.table_id = ? AND i.end_snapshot IS NULL AND c.end_snapshot IS NULL
        ORDER BY p.partition_key_index"""
            .formatted(Lake.METADATA),
        row -> partition(text(row.getString(1)), text(row.getString(2))),
        id(session, name));
  }

  private static final Pattern BUCKETS = Pattern.compile("bucket\\((\\d+)\\)");

  /** {@code bucket(8)} of a column is written {@code bucket(8, "column")} in SQL. */
  private static String partition(String column, String transform) {
    String quoted = Sql.identifier(column);
    var buckets = BUCKETS.matcher(transform);
    if (buckets.matches()) {
      return "bucket(" + buckets.group(1) + ", " + quoted + ")";
    }
    return transform.equals("identity") ? quoted : transform + "(" + quoted + ")";
  }

  /** Whether a table may have been changed by a later snapshot than one of its own. */
  public enum Since {
    /** Every later snapshot is still known, and none of them touched it. */
    UNTOUCHED,
    /** Touched, or a snapshot in between has been expired so that nobody can tell. */
    PERHAPS_TOUCHED
  }

  /**
   * What others did to a table's content and columns after {@code seen}.
   *
   * @param own the later snapshot that does not count, or {@code seen} itself
   */
  public static Since since(Session session, long table, long seen, long own) {
    return session
        .queryFirst(
            """
            SELECT (SELECT min(begin_snapshot) FROM %1$s.ducklake_table WHERE table_id = ?) <= ?
              AND (SELECT coalesce(
                  count(*) = max(snapshot_id) - ? AND NOT bool_or(snapshot_id <> ? AND %2$s), true)
                FROM %1$s.ducklake_snapshot_changes WHERE snapshot_id > ?)"""
                .formatted(Lake.METADATA, touches(table)),
            row -> row.getBoolean(1) ? Since.UNTOUCHED : Since.PERHAPS_TOUCHED,
            table,
            own,
            seen,
            own,
            seen)
        .orElseThrow();
  }

  /** The newest snapshot that changed a table, or the oldest that is still known. */
  public static long lastTouched(Session session, long table) {
    return session
        .queryFirst(
            "SELECT coalesce(max(snapshot_id) FILTER (WHERE %s), min(snapshot_id)) FROM %s"
                .formatted(touches(table), Lake.METADATA + ".ducklake_snapshot_changes"),
            row -> row.getLong(1))
        .orElseThrow();
  }

  /** For every table, its name folded, the newest snapshot that changed it or made it. */
  public static Map<TableName, Long> lastTouched(Session session) {
    return session
        .query(
            """
            WITH touched AS (
              SELECT unnest(regexp_extract_all(regexp_replace(coalesce(changes_made, ''),
                '(%2$s):\\d+', '', 'g'), ':(\\d+)', 1))::BIGINT AS table_id, snapshot_id
              FROM %1$s.ducklake_snapshot_changes)
            SELECT s.schema_name, t.table_name, greatest(max(t.begin_snapshot), max(snapshot_id))
            FROM %1$s.ducklake_table t JOIN %1$s.ducklake_schema s USING (schema_id)
            LEFT JOIN touched USING (table_id)
            WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL
            GROUP BY ALL"""
                .formatted(Lake.METADATA, HOUSEKEEPING),
            row ->
                Map.entry(
                    new TableName(text(row.getString(1)), text(row.getString(2))).folded(),
                    row.getLong(3)))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Changes are written {@code inserted_into_table:4,created_table:"main"."visit"}. */
  private static String touches(long table) {
    return "regexp_matches(regexp_replace(coalesce(changes_made, ''), '(%s):\\d+', '', 'g'), ':%d($|,)')"
        .formatted(HOUSEKEEPING, table);
  }

  /** Files that a snapshot added to a table, and their size. */
  public record Added(int files, long bytes) {}

  public static Added added(Session session, long table, long snapshot) {
    return session
        .queryFirst(
            """
            SELECT count(*)::INTEGER, coalesce(sum(file_size_bytes), 0)::BIGINT FROM (
              SELECT file_size_bytes FROM %1$s.ducklake_data_file
              WHERE table_id = ? AND begin_snapshot = ?
              UNION ALL
              SELECT file_size_bytes FROM %1$s.ducklake_delete_file
              WHERE table_id = ? AND begin_snapshot = ?)"""
                .formatted(Lake.METADATA),
            row -> new Added(row.getInt(1), row.getLong(2)),
            table,
            snapshot,
            table,
            snapshot)
        .orElseThrow();
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNull(value);
  }
}
