package tarn.dagster.pipes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tarn.assets.AssetKey;
import tarn.assets.Check.Severity;
import tarn.assets.check.CheckResult;
import tarn.lake.Lake;
import tarn.lake.Session;

/** A check's result, of this run or the last one that was recorded. */
record ReportedCheck(String name, boolean blocking, boolean passed, long offending, String detail) {

  static ReportedCheck of(CheckResult result) {
    return new ReportedCheck(
        result.check().name(),
        result.check().severity() == Severity.BLOCKING,
        result.passed(),
        result.offending(),
        result.detail());
  }

  /** What the newest record of the asset says of its checks; nothing when there is no record. */
  static List<ReportedCheck> recorded(Lake lake, AssetKey key) {
    try (Session session = lake.session()) {
      boolean known =
          session
              .queryFirst(
                  "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND schema_name = '_tarn'"
                      + " AND table_name = 'check_results'",
                  row -> row.getInt(1),
                  Lake.NAME)
              .isPresent();
      return known ? recorded(session, key) : List.of();
    }
  }

  private static List<ReportedCheck> recorded(Session session, AssetKey key) {
    String table = Lake.NAME + "._tarn.check_results";
    return session.query(
        "SELECT check_name, severity, passed, offending, coalesce(detail, '') FROM "
            + table
            + " WHERE asset_key = ? AND snapshot_id = (SELECT max(snapshot_id) FROM "
            + table
            + " WHERE asset_key = ?)",
        row ->
            new ReportedCheck(
                row.getString(1),
                "blocking".equals(row.getString(2)),
                row.getBoolean(3),
                row.getLong(4),
                row.getString(5)),
        key.toString(),
        key.toString());
  }

  /** Dagster's names have letters, digits and underscores. */
  String nameInDagster() {
    return name.replaceAll("[^A-Za-z0-9_]", "_");
  }

  Map<String, MetadataValue> metadata() {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("offending", MetadataValue.integer(offending));
    metadata.put("detail", MetadataValue.text(detail));
    return metadata;
  }
}
