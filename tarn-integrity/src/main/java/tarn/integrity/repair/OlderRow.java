package tarn.integrity.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * A live row of the catalog beside which a newer one describes the same table or column.
 *
 * @param key a condition that picks the rows of that table or column
 * @param next the snapshot in which the newer row begins
 * @param told what the newer row calls it
 */
record OlderRow(String table, String key, long begin, long next, String told) {
  private static final Pattern SUBJECT = Pattern.compile("table (\\d{1,18})");

  /** Those of a finding's table; none when which of two rows is newer cannot be told. */
  static List<OlderRow> of(Session session, String subject) {
    Matcher matcher = SUBJECT.matcher(subject);
    if (!matcher.matches()) {
      return List.of();
    }
    List<OlderRow> rows = new ArrayList<>();
    rows.addAll(rows(session, "ducklake_table", "table_id", "table_name", matcher.group(1)));
    rows.addAll(rows(session, "ducklake_column", "column_id", "column_name", matcher.group(1)));
    return rows.stream().allMatch(row -> row.begin < row.next) ? rows : List.of();
  }

  private static List<OlderRow> rows(
      Session session, String table, String id, String name, String tableId) {
    return session.query(
        """
        SELECT key, begin_snapshot, next, told FROM (
          SELECT %1$s AS key, begin_snapshot,
            lead(begin_snapshot) OVER live AS next, lead(%2$s) OVER live AS told
          FROM %3$s.%4$s WHERE end_snapshot IS NULL AND table_id = %5$s
          WINDOW live AS (PARTITION BY %1$s ORDER BY begin_snapshot))
        WHERE next IS NOT NULL ORDER BY ALL"""
            .formatted(id, name, Lake.METADATA, table, tableId),
        row ->
            new OlderRow(
                table,
                "table_id = %s AND %s = %d".formatted(tableId, id, row.getLong(1)),
                row.getLong(2),
                row.getLong(3),
                String.valueOf(row.getString(4))));
  }

  String end() {
    return "UPDATE %s.%s SET end_snapshot = %d WHERE %s AND begin_snapshot = %d AND end_snapshot IS NULL"
        .formatted(Lake.METADATA, table, next, key, begin);
  }

  String live() {
    return "UPDATE %s.%s SET end_snapshot = NULL WHERE %s AND begin_snapshot = %d AND end_snapshot = %d"
        .formatted(Lake.METADATA, table, key, begin, next);
  }
}
