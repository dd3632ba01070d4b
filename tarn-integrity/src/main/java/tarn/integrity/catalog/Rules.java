package tarn.integrity.catalog;

import static tarn.integrity.finding.FindingClass.CATALOG_INVARIANT;
import static tarn.integrity.finding.FindingClass.DELETE_FILE_DANGLING;
import static tarn.integrity.finding.FindingClass.DELETE_FILE_RIVAL;

import java.util.ArrayList;
import java.util.List;

/** The rules of a DuckLake 1.0 catalog that this check knows, apart from those about paths. */
final class Rules {
  private static final String NEWEST = "(SELECT max(snapshot_id) FROM {c}.ducklake_snapshot)";

  /** Tables whose rows live from one snapshot to another. */
  private static final List<String> WITH_LIFETIME =
      List.of(
          "schema",
          "table",
          "view",
          "column",
          "data_file",
          "delete_file",
          "tag",
          "column_tag",
          "partition_info",
          "macro",
          "sort_info");

  private Rules() {}

  static List<Rule> all() {
    List<Rule> rules = new ArrayList<>();
    rules.addAll(snapshots());
    rules.addAll(tables());
    rules.addAll(columns());
    rules.addAll(files());
    rules.addAll(deleteFiles());
    rules.addAll(StatisticsRules.all());
    StaleRows.ALL.forEach(stale -> rules.add(stale.rule()));
    WITH_LIFETIME.forEach(table -> rules.add(lifetime(table)));
    return rules;
  }

  private static Rule invariant(String name, String query) {
    return new Rule(name, CATALOG_INVARIANT, query);
  }

  private static List<Rule> snapshots() {
    return List.of(
        invariant(
            "snapshot-has-changes",
            """
            SELECT 'snapshot ' || snapshot_id AS subject,
              'ducklake_snapshot_changes has no row of the snapshot.' AS detail
            FROM {c}.ducklake_snapshot s
            WHERE NOT EXISTS (FROM {c}.ducklake_snapshot_changes c
              WHERE c.snapshot_id = s.snapshot_id)"""),
        invariant(
            "changes-are-known",
            """
            SELECT 'snapshot ' || snapshot_id AS subject, 'The change "' || word
              || '" is none that DuckLake knows: it cannot list the snapshots any more.' AS detail
            FROM (SELECT snapshot_id, unnest(regexp_extract_all(
              regexp_replace(changes_made, '"([^"]|"")*"', '""', 'g'), '([a-zA-Z_]+):', 1)) AS word
              FROM {c}.ducklake_snapshot_changes)
            WHERE lower(word) NOT IN ('created_table', 'created_view', 'created_scalar_macro',
              'created_table_macro', 'created_schema', 'dropped_schema', 'dropped_table',
              'dropped_view', 'dropped_scalar_macro', 'dropped_table_macro', 'inserted_into_table',
              'deleted_from_table', 'altered_table', 'altered_view', 'compacted_table',
              'merge_adjacent', 'rewrite_delete', 'inlined_insert', 'inlined_delete',
              'flushed_inlined', 'inline_flush')"""),
        invariant(
            "file-numbers-below-counter",
            """
            SELECT 'ducklake_snapshot.next_file_id' AS subject,
              'The next file would get number ' || next_file_id || ', but ' || highest
              || ' is in use: the next write would fail or take over a file.' AS detail
            FROM (SELECT next_file_id FROM {c}.ducklake_snapshot ORDER BY snapshot_id DESC LIMIT 1),
              (SELECT max(id) AS highest FROM (SELECT max(data_file_id) AS id
                FROM {c}.ducklake_data_file UNION ALL SELECT max(delete_file_id)
                FROM {c}.ducklake_delete_file))
            WHERE next_file_id <= highest"""),
        invariant(
            "object-numbers-below-counter",
            """
            SELECT 'ducklake_snapshot.next_catalog_id' AS subject,
              'The next schema, table or view would get number ' || next_catalog_id || ', but '
              || highest || ' is in use.' AS detail
            FROM (SELECT next_catalog_id FROM {c}.ducklake_snapshot
                ORDER BY snapshot_id DESC LIMIT 1),
              (SELECT max(id) AS highest FROM (SELECT max(schema_id) AS id FROM {c}.ducklake_schema
                UNION ALL SELECT max(table_id) FROM {c}.ducklake_table
                UNION ALL SELECT max(view_id) FROM {c}.ducklake_view))
            WHERE next_catalog_id <= highest"""));
  }

  private static List<Rule> tables() {
    return List.of(
        invariant(
            "one-live-row-per-table",
            """
            SELECT 'table ' || table_id AS subject, any_value(table_name) AS table_name,
              count(*) || ' rows of ducklake_table describe the table at once: '
              || string_agg(table_name, ', ' ORDER BY begin_snapshot) || '.' AS detail
            FROM {c}.ducklake_table WHERE end_snapshot IS NULL
            GROUP BY table_id HAVING count(*) > 1"""),
        invariant(
            "one-live-row-per-schema",
            """
            SELECT 'schema ' || lower(schema_name) AS subject,
              any_value(schema_name) AS schema_name,
              count(*) || ' live schemas have that name.' AS detail
            FROM {c}.ducklake_schema WHERE end_snapshot IS NULL
            GROUP BY lower(schema_name) HAVING count(*) > 1"""),
        invariant(
            "table-names-differ",
            """
            SELECT 'table ' || s.schema_name || '.' || any_value(t.name) AS subject, s.schema_name,
              any_value(t.name) AS table_name,
              count(DISTINCT t.id) || ' live tables or views have that name.' AS detail
            FROM (SELECT table_id AS id, schema_id, table_name AS name FROM {c}.ducklake_table
                WHERE end_snapshot IS NULL
                UNION ALL SELECT view_id, schema_id, view_name FROM {c}.ducklake_view
                WHERE end_snapshot IS NULL) t
            JOIN {c}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
            GROUP BY s.schema_name, lower(t.name) HAVING count(DISTINCT t.id) > 1"""),
        invariant(
            "table-has-schema",
            """
            SELECT DISTINCT 'table ' || t.table_id AS subject, t.table_name,
              'Its schema ' || t.schema_id
              || CASE WHEN s.schema_id IS NULL THEN ' is not in the catalog.'
                 ELSE ' was dropped.' END AS detail
            FROM {c}.ducklake_table t LEFT JOIN {c}.ducklake_schema s ON s.schema_id = t.schema_id
            WHERE s.schema_id IS NULL OR (t.end_snapshot IS NULL AND s.end_snapshot IS NOT NULL)"""),
        invariant(
            "table-has-columns",
            """
            SELECT 'table ' || t.table_id AS subject, t.table_name,
              'No live row of ducklake_column belongs to the table.' AS detail
            FROM {c}.ducklake_table t WHERE t.end_snapshot IS NULL AND NOT EXISTS (
              FROM {c}.ducklake_column c WHERE c.table_id = t.table_id AND c.end_snapshot IS NULL)"""));
  }

  private static List<Rule> columns() {
    return List.of(
        invariant(
            "one-live-row-per-column",
            """
            SELECT 'table ' || c.table_id AS subject, any_value(t.table_name) AS table_name,
              'More than one row of ducklake_column describes its '
              || string_agg(DISTINCT c.column_name, ', ') || ': no table of the lake can be read.'
              AS detail
            FROM (SELECT table_id, column_id, any_value(column_name) AS column_name
                FROM {c}.ducklake_column WHERE end_snapshot IS NULL
                GROUP BY table_id, column_id HAVING count(*) > 1) c
            LEFT JOIN (SELECT DISTINCT ON (table_id) table_id, table_name
                FROM {c}.ducklake_table ORDER BY begin_snapshot DESC) t USING (table_id)
            GROUP BY c.table_id"""),
        invariant(
            "column-names-differ",
            """
            SELECT 'column ' || c.table_id || '.' || lower(c.column_name) AS subject,
              any_value(t.table_name) AS table_name,
              count(DISTINCT c.column_id) || ' live columns have that name.' AS detail
            FROM {c}.ducklake_column c JOIN (SELECT DISTINCT ON (table_id) table_id, table_name
                FROM {c}.ducklake_table WHERE end_snapshot IS NULL ORDER BY begin_snapshot DESC) t
              USING (table_id)
            WHERE c.end_snapshot IS NULL
            GROUP BY c.table_id, coalesce(c.parent_column, -1), lower(c.column_name)
            HAVING count(DISTINCT c.column_id) > 1"""),
        invariant(
            "column-has-parent",
            """
            SELECT DISTINCT 'column ' || c.table_id || '.' || c.column_id AS subject,
              'The column ' || c.parent_column || ' that it is nested in is not in the catalog.'
              AS detail
            FROM {c}.ducklake_column c WHERE c.parent_column IS NOT NULL AND NOT EXISTS (
              FROM {c}.ducklake_column p
              WHERE p.table_id = c.table_id AND p.column_id = c.parent_column)"""));
  }

  private static List<Rule> files() {
    return List.of(
        invariant(
            "file-has-table",
            """
            SELECT CASE kind WHEN 0 THEN 'data file ' ELSE 'delete file ' END || file_id AS subject,
              sequence AS file, 'Its table ' || table_id || ' is not in the catalog.' AS detail
            FROM {f} f WHERE kind < 2
              AND NOT EXISTS (FROM {c}.ducklake_table t WHERE t.table_id = f.table_id)"""),
        invariant(
            "live-file-has-live-table",
            """
            SELECT CASE kind WHEN 0 THEN 'data file ' ELSE 'delete file ' END || file_id AS subject,
              sequence AS file, 'It is live, but its table was dropped.' AS detail
            FROM {f} f WHERE kind < 2 AND end_snapshot IS NULL AND NOT live
              AND EXISTS (FROM {c}.ducklake_table t WHERE t.table_id = f.table_id)"""),
        invariant(
            "file-numbers-make-sense",
            """
            SELECT CASE kind WHEN 0 THEN 'data file ' ELSE 'delete file ' END || file_id AS subject,
              sequence AS file,
              'The catalog says ' || row_count || ' rows and ' || size || ' bytes.' AS detail
            FROM {f} WHERE kind < 2 AND (row_count < 0 OR size <= 0)"""),
        invariant(
            "file-has-mapping",
            """
            SELECT 'data file ' || file_id AS subject, sequence AS file,
              'Its column mapping ' || mapping_id || ' is not in the catalog.' AS detail
            FROM {f} f WHERE mapping_id IS NOT NULL
              AND NOT EXISTS (FROM {c}.ducklake_column_mapping m WHERE m.mapping_id = f.mapping_id)"""),
        invariant(
            "partition-values-are-complete",
            """
            SELECT 'data file ' || d.data_file_id AS subject, f.sequence AS file,
              'It has ' || coalesce(v.found, 0) || ' partition values of '
              || coalesce(p.wanted, 0) || '.' AS detail
            FROM {c}.ducklake_data_file d
            JOIN {f} f ON f.kind = 0 AND f.file_id = d.data_file_id
            LEFT JOIN (SELECT partition_id, count(*) AS wanted FROM {c}.ducklake_partition_column
              GROUP BY 1) p ON p.partition_id = d.partition_id
            LEFT JOIN (SELECT data_file_id, count(*) AS found FROM {c}.ducklake_file_partition_value
              GROUP BY 1) v ON v.data_file_id = d.data_file_id
            WHERE d.partition_id IS NOT NULL AND coalesce(v.found, 0) <> coalesce(p.wanted, 0)"""));
  }

  private static List<Rule> deleteFiles() {
    return List.of(
        new Rule(
            "delete-file-has-data-file",
            DELETE_FILE_DANGLING,
            """
            SELECT f.path AS subject, f.sequence AS file, 'It deletes rows of the data file '
              || coalesce(x.data_file_id::VARCHAR, 'NULL') || CASE WHEN d.data_file_id IS NULL
                THEN ', which is not in the catalog.'
                ELSE ', which belongs to another table.' END AS detail
            FROM {c}.ducklake_delete_file x
            JOIN {f} f ON f.kind = 1 AND f.file_id = x.delete_file_id
            LEFT JOIN {c}.ducklake_data_file d ON d.data_file_id = x.data_file_id
            WHERE d.data_file_id IS NULL OR d.table_id IS DISTINCT FROM x.table_id"""),
        new Rule(
            "one-live-delete-file",
            DELETE_FILE_RIVAL,
            """
            SELECT d.path AS subject, d.sequence AS file,
              count(*) || ' delete files are live for this data file at once, numbers '
              || string_agg(x.delete_file_id::VARCHAR, ', ' ORDER BY x.delete_file_id)
              || ': counts and scans disagree.' AS detail
            FROM {c}.ducklake_delete_file x
            JOIN {f} d ON d.kind = 0 AND d.file_id = x.data_file_id
            WHERE x.end_snapshot IS NULL
            GROUP BY d.path, d.sequence HAVING count(*) > 1"""),
        invariant(
            "deletes-fit-data-file",
            """
            SELECT 'delete file ' || file_id AS subject, sequence AS file, 'It deletes '
              || row_count || ' rows of a data file that has ' || data_file_rows || '.' AS detail
            FROM {f} WHERE kind = 1 AND row_count > data_file_rows"""));
  }

  private static Rule lifetime(String table) {
    String name = "ducklake_" + table;
    return invariant(
        "lifetime-of-" + table.replace('_', '-'),
        """
        SELECT '%1$s' AS subject, count(*) || ' rows begin after they end, or in a snapshot that'
          || ' does not exist yet (the newest is ' || any_value(newest) || ').' AS detail
        FROM (SELECT begin_snapshot, end_snapshot, %2$s AS newest FROM {c}.%1$s)
        WHERE begin_snapshot > coalesce(end_snapshot, newest) OR end_snapshot > newest
        HAVING count(*) > 0"""
            .formatted(name, NEWEST));
  }
}
