package tarn.files;

import java.util.List;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;

/**
 * A column of references as a snapshot shows it. What a snapshot shows is shown by the newest one
 * too, or was taken away later: so each table is read as it is now, and as it was right before each
 * of the snapshots that took rows away from it.
 */
record ShownReferences(TableName table, String column, long snapshot) {

  /** All that have to be read to know every reference of every snapshot. */
  static List<ShownReferences> all(Session session) {
    return session.query(
        """
        WITH holders AS (
          SELECT DISTINCT c.table_id, c.column_name, c.begin_snapshot, c.end_snapshot
          FROM %1$s.ducklake_column c
          WHERE c.parent_column IS NULL AND c.column_type = 'struct' AND
            (SELECT list(k.column_name ORDER BY k.column_order) FROM %1$s.ducklake_column k
              WHERE k.parent_column = c.column_id AND k.table_id = c.table_id
                AND k.begin_snapshot = c.begin_snapshot)
              = ['uri', 'offset', 'length', 'size', 'sha256', 'media_type', 'etag', 'version', 'state']),
        ends AS (
          SELECT table_id, end_snapshot AS ended FROM %1$s.ducklake_data_file
          UNION SELECT table_id, begin_snapshot FROM %1$s.ducklake_delete_file
          UNION SELECT table_id, end_snapshot FROM %1$s.ducklake_delete_file
          UNION SELECT table_id, end_snapshot FROM %1$s.ducklake_table
          UNION SELECT table_id, end_snapshot FROM holders
          UNION SELECT table_id, (SELECT max(snapshot_id) + 1 FROM %1$s.ducklake_snapshot)
          FROM holders),
        moments AS (
          SELECT DISTINCT h.table_id, h.column_name,
            (SELECT max(snapshot_id) FROM %1$s.ducklake_snapshot WHERE snapshot_id < e.ended) AS at
          FROM holders h JOIN ends e USING (table_id)
          WHERE e.ended IS NOT NULL)
        SELECT DISTINCT s.schema_name, t.table_name, m.column_name, m.at
        FROM moments m
        JOIN holders h ON h.table_id = m.table_id AND h.column_name = m.column_name
          AND h.begin_snapshot <= m.at AND (h.end_snapshot IS NULL OR h.end_snapshot > m.at)
        JOIN %1$s.ducklake_table t ON t.table_id = m.table_id
          AND t.begin_snapshot <= m.at AND (t.end_snapshot IS NULL OR t.end_snapshot > m.at)
        JOIN %1$s.ducklake_schema s ON s.schema_id = t.schema_id
          AND s.begin_snapshot <= m.at AND (s.end_snapshot IS NULL OR s.end_snapshot > m.at)
        ORDER BY ALL"""
            .formatted(Lake.METADATA),
        row ->
            new ShownReferences(
                new TableName(row.getString(1), row.getString(2)),
                row.getString(3),
                row.getLong(4)));
  }
}
