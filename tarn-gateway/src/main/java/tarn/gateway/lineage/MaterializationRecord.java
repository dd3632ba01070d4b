package tarn.gateway.lineage;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import tarn.assets.AssetKey;
import tarn.base.Json;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * A row of {@code _tarn.materializations} (spec/lake-tables.md).
 *
 * @param files that a source asset has read, relative to the station's folder
 */
record MaterializationRecord(
    String runId,
    AssetKey key,
    boolean written,
    Instant started,
    Instant finished,
    String codeVersion,
    Optional<String> dataVersion,
    SortedSet<AssetKey> inputs,
    List<String> files,
    long rowsWritten,
    long snapshot) {
  private static final String EXISTS =
      "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND schema_name = '_tarn'"
          + " AND table_name = ?";

  /** Those of the next snapshots after one, the oldest first. */
  static List<MaterializationRecord> after(Session session, long snapshot, int snapshots) {
    if (!exists(session, "materializations")) {
      return List.of();
    }
    String files =
        exists(session, "landing_files")
            ? "(SELECT list(path ORDER BY path) FROM %s._tarn.landing_files f".formatted(Lake.NAME)
                + " WHERE f.run_id = m.run_id AND f.asset_key = m.asset_key AND sha256 <> '')"
            : "NULL";
    return session.query(
        """
        SELECT run_id, asset_key, outcome = 'written', started_at, finished_at, code_version, \
        data_version, inputs, to_json(%s)::VARCHAR, rows_written, snapshot_id \
        FROM %s._tarn.materializations m WHERE snapshot_id > ? \
        QUALIFY dense_rank() OVER (ORDER BY snapshot_id) <= %d ORDER BY snapshot_id, finished_at"""
            .formatted(files, Lake.NAME, snapshots),
        row ->
            new MaterializationRecord(
                text(row.getString(1)),
                AssetKey.parse(text(row.getString(2))),
                row.getBoolean(3),
                instant(row.getObject(4, OffsetDateTime.class)),
                instant(row.getObject(5, OffsetDateTime.class)),
                Objects.requireNonNullElse(row.getString(6), ""),
                Optional.ofNullable(row.getString(7)),
                inputs(Objects.requireNonNullElse(row.getString(8), "{}")),
                files(Objects.requireNonNullElse(row.getString(9), "null")),
                row.getLong(10),
                row.getLong(11)),
        snapshot);
  }

  private static boolean exists(Session session, String table) {
    return session.queryFirst(EXISTS, row -> row.getInt(1), Lake.NAME, table).isPresent();
  }

  private static SortedSet<AssetKey> inputs(String json) {
    SortedSet<AssetKey> keys = new TreeSet<>();
    Json.mapper().readTree(json).propertyNames().forEach(key -> keys.add(AssetKey.parse(key)));
    return keys;
  }

  private static List<String> files(String json) {
    return Json.mapper().readTree(json).valueStream().map(path -> path.asString()).toList();
  }

  private static String text(@org.jspecify.annotations.Nullable String value) {
    return Objects.requireNonNull(value);
  }

  private static Instant instant(@org.jspecify.annotations.Nullable OffsetDateTime value) {
    return Objects.requireNonNull(value).toInstant();
  }
}
