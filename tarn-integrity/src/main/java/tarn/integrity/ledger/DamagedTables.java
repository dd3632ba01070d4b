package tarn.integrity.ledger;

import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;

/**
 * Tables that need files which the checks of the lake found damaged. A finding that is still open
 * but whose file no table needs any more, because it was rewritten since, concerns nobody.
 */
public final class DamagedTables {
  private static final String OPEN =
      " FROM "
          + LedgerTables.FINDINGS
          + " WHERE resolved_at IS NULL AND severity = 'error' AND path IS NOT NULL";

  private DamagedTables() {}

  /** By table, its name folded, the codes of what is wrong with its files. */
  public static Map<TableName, SortedSet<String>> of(Lake lake) {
    try (Session session = lake.catalogSession()) {
      return of(session);
    }
  }

  /**
   * @param session one that may read the catalog's own tables
   */
  public static Map<TableName, SortedSet<String>> of(Session session) {
    Map<TableName, SortedSet<String>> damaged = new TreeMap<>();
    if (!LedgerTables.exist(session)
        || session.queryFirst("SELECT 1" + OPEN, row -> row.getInt(1)).isEmpty()) {
      return damaged;
    }
    // DuckLake gives each file a name that no other file has, wherever it lies.
    session
        .query(
            """
            SELECT DISTINCT s.schema_name, t.table_name, f.code
            FROM (SELECT code, regexp_replace(path, '^.*/', '') AS name %2$s) f
            JOIN (SELECT table_id, regexp_replace(path, '^.*/', '') AS name
                FROM %1$s.ducklake_data_file WHERE end_snapshot IS NULL
              UNION ALL SELECT table_id, regexp_replace(path, '^.*/', '')
                FROM %1$s.ducklake_delete_file WHERE end_snapshot IS NULL) l ON f.name = l.name
            JOIN %1$s.ducklake_table t ON t.table_id = l.table_id AND t.end_snapshot IS NULL
            JOIN %1$s.ducklake_schema s
              ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL"""
                .formatted(Lake.METADATA, OPEN),
            row ->
                Map.entry(
                    new TableName(
                            Objects.requireNonNull(row.getString(1)),
                            Objects.requireNonNull(row.getString(2)))
                        .folded(),
                    Objects.requireNonNull(row.getString(3))))
        .forEach(
            found ->
                damaged
                    .computeIfAbsent(found.getKey(), _ -> new TreeSet<>())
                    .add(found.getValue()));
    return damaged;
  }
}
