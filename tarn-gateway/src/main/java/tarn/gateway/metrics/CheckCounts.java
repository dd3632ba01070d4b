package tarn.gateway.metrics;

import java.util.HashMap;
import java.util.Map;
import tarn.lake.Lake;
import tarn.lake.Session;

/** How the checks of each asset went the last time that they ran (spec/lake-tables.md). */
final class CheckCounts {
  private static final String TABLE = Lake.NAME + "._tarn.check_results";

  private CheckCounts() {}

  private record Count(String asset, String outcome, long checks) {}

  /** For each asset: passed, warned and failed. */
  static Map<String, Map<String, Long>> of(Session session) {
    Map<String, Map<String, Long>> counts = new HashMap<>();
    if (!exist(session)) {
      return counts;
    }
    session
        .query(
            """
            SELECT asset_key, CASE WHEN passed THEN 'passed' WHEN severity = 'warning' THEN 'warned'
              ELSE 'failed' END, count(*)
            FROM %1$s JOIN (SELECT asset_key, arg_max(run_id, checked_at) AS run_id FROM %1$s
              GROUP BY asset_key) USING (asset_key, run_id)
            GROUP BY ALL"""
                .formatted(TABLE),
            row ->
                new Count(
                    String.valueOf(row.getString(1)),
                    String.valueOf(row.getString(2)),
                    row.getLong(3)))
        .forEach(
            count ->
                counts
                    .computeIfAbsent(count.asset, CheckCounts::none)
                    .put(count.outcome, count.checks));
    return counts;
  }

  private static Map<String, Long> none(String asset) {
    return new HashMap<>(Map.of("passed", 0L, "warned", 0L, "failed", 0L));
  }

  private static boolean exist(Session session) {
    return session
        .queryFirst(
            "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND schema_name = '_tarn'"
                + " AND table_name = 'check_results'",
            row -> row.getInt(1),
            Lake.NAME)
        .isPresent();
  }
}
