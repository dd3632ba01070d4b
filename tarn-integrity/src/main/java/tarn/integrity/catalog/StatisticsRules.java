package tarn.integrity.catalog;

import static tarn.integrity.finding.FindingClass.CATALOG_INVARIANT;
import static tarn.integrity.finding.FindingClass.RECORD_STATISTICS;

import java.util.List;

/**
 * A table's statistics must cover those of its files: the engine answers from them, and leaves out
 * what they rule out.
 */
final class StatisticsRules {
  private StatisticsRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(
            "row-numbers-below-counter",
            CATALOG_INVARIANT,
            """
            SELECT 'table ' || t.table_id AS subject, any_value(f.schema_name) AS schema_name,
              any_value(f.table_name) AS table_name,
              'The next row would get number ' || any_value(t.next_row_id)
              || ', but live files reach ' || max(d.row_id_start + d.record_count) || '.' AS detail
            FROM {c}.ducklake_table_stats t
            JOIN {c}.ducklake_data_file d ON d.table_id = t.table_id AND d.end_snapshot IS NULL
            JOIN {f} f ON f.kind = 0 AND f.file_id = d.data_file_id
            GROUP BY t.table_id
            HAVING any_value(t.next_row_id) < max(d.row_id_start + d.record_count)"""),
        new Rule(
            "one-row-per-table-statistics",
            CATALOG_INVARIANT,
            """
            SELECT 'ducklake_table_stats of table ' || table_id AS subject,
              count(*) || ' rows describe the table at once.' AS detail
            FROM {c}.ducklake_table_stats GROUP BY table_id HAVING count(*) > 1"""),
        new Rule(
            "table-statistics-cover-files",
            RECORD_STATISTICS,
            """
            WITH live AS (
              SELECT s.table_id, s.column_id, any_value(c.column_type) AS type,
                any_value(f.schema_name) AS schema_name, any_value(f.table_name) AS table_name,
                any_value(c.column_name) AS column_name, sum(s.null_count) AS nulls,
                %1$s
              FROM {c}.ducklake_file_column_stats s
              JOIN {f} f ON f.kind = 0 AND f.live AND f.file_id = s.data_file_id
              JOIN {c}.ducklake_column c ON c.table_id = s.table_id AND c.column_id = s.column_id
                AND c.end_snapshot IS NULL
              GROUP BY s.table_id, s.column_id
            )
            SELECT 'table ' || l.table_id || ' column ' || l.column_id AS subject, schema_name,
              table_name, 'The catalog says that column ' || column_name || ' lies between '
              || coalesce(t.min_value, 'nothing') || ' and ' || coalesce(t.max_value, 'nothing')
              || CASE WHEN NOT t.contains_null THEN ' and is never null' ELSE '' END
              || ', and its files say otherwise.' AS detail
            FROM live l JOIN {c}.ducklake_table_column_stats t
              ON t.table_id = l.table_id AND t.column_id = l.column_id
            WHERE (NOT t.contains_null AND nulls > 0) OR CASE
              WHEN type IN ('int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64')
                THEN TRY_CAST(t.min_value AS HUGEINT) > whole_low
                  OR TRY_CAST(t.max_value AS HUGEINT) < whole_high
              WHEN type LIKE 'decimal%%' THEN TRY_CAST(t.min_value AS DECIMAL(38, 9)) > decimal_low
                  OR TRY_CAST(t.max_value AS DECIMAL(38, 9)) < decimal_high
              WHEN type IN ('float32', 'float64') THEN TRY_CAST(t.min_value AS DOUBLE) > real_low
                  OR TRY_CAST(t.max_value AS DOUBLE) < real_high
              WHEN type IN ('date', 'timestamp', 'timestamp_s', 'timestamp_ms', 'timestamptz')
                THEN TRY_CAST(t.min_value AS TIMESTAMPTZ) > time_low
                  OR TRY_CAST(t.max_value AS TIMESTAMPTZ) < time_high
              WHEN type = 'varchar' THEN t.min_value > text_low OR t.max_value < text_high
              ELSE false END"""
                .formatted(
                    String.join(
                        ", ",
                        bounds("whole", "TRY_CAST(s.%s_value AS HUGEINT)"),
                        bounds("decimal", "TRY_CAST(s.%s_value AS DECIMAL(38, 9))"),
                        bounds("real", "TRY_CAST(s.%s_value AS DOUBLE)"),
                        bounds("time", "TRY_CAST(s.%s_value AS TIMESTAMPTZ)"),
                        bounds("text", "s.%s_value")))));
  }

  private static String bounds(String name, String value) {
    return "min(%s) AS %s_low, max(%s) AS %s_high"
        .formatted(value.formatted("min"), name, value.formatted("max"), name);
  }
}
