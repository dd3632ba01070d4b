package tarn.assets.landing;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import tarn.assets.AssetKey;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * Which files were landed, in {@code _tarn.landing_files} (spec/lake-tables.md): one row for each
 * time a file was read. The newest row of a path says what its table holds of it.
 */
final class LandingHistory {
  static final String TABLE = Lake.NAME + "._tarn.landing_files";

  private LandingHistory() {}

  /**
   * A file as it was landed last.
   *
   * @param sha256 empty when its rows have left the table, because it was renamed or replaced
   * @param definition what it was read by: its format, options and columns
   */
  record Landed(
      String path,
      long size,
      Instant modified,
      String sha256,
      long rows,
      long malformed,
      String definition,
      Instant landedAt) {

    /** That its rows have left the table. */
    Landed gone(Instant now) {
      return new Landed(path, size, modified, "", 0, 0, definition, now);
    }
  }

  /**
   * The files of an asset's table as it is now, by path; nothing of a table that was dropped since.
   */
  static Map<String, Landed> latest(Session session, AssetKey key) {
    return Objects.requireNonNull(latest(session, List.of(key)).get(key));
  }

  /** The same of several assets at once; each key has an entry. */
  static Map<AssetKey, Map<String, Landed>> latest(Session session, Collection<AssetKey> keys) {
    Map<AssetKey, Map<String, Landed>> latest = new LinkedHashMap<>();
    Map<String, AssetKey> named = new HashMap<>();
    for (AssetKey key : keys) {
      latest.put(key, new LinkedHashMap<>());
      named.put(key.toString(), key);
    }
    if (keys.isEmpty()) {
      return latest;
    }
    session
        .query(
            // What was landed before a table was made anew is not in it.
            """
            WITH asked(asset_key, schema_name, table_name) AS (VALUES %s),
            made AS (
              SELECT asset_key, min(ever.begin_snapshot) AS since
              FROM asked
                JOIN %s.ducklake_schema s ON s.schema_name = asked.schema_name AND s.end_snapshot IS NULL
                JOIN %s.ducklake_table t ON t.table_name = asked.table_name
                  AND t.schema_id = s.schema_id AND t.end_snapshot IS NULL
                JOIN %s.ducklake_table ever ON ever.table_id = t.table_id
              GROUP BY asset_key)
            FROM (
              SELECT asset_key, path, size, modified_at, sha256, row_count, malformed_count, definition,
                landed_at
              FROM %s JOIN made USING (asset_key)
              WHERE snapshot_id >= since
              QUALIFY row_number() OVER (
                PARTITION BY asset_key, path ORDER BY snapshot_id DESC, landed_at DESC) = 1)
            WHERE sha256 <> '' ORDER BY asset_key, path"""
                .formatted(asked(keys), Lake.METADATA, Lake.METADATA, Lake.METADATA, TABLE),
            row ->
                Map.entry(
                    Objects.requireNonNull(named.get(row.getString(1))),
                    new Landed(
                        Objects.requireNonNull(row.getString(2)),
                        row.getLong(3),
                        Objects.requireNonNull(row.getObject(4, OffsetDateTime.class)).toInstant(),
                        Objects.requireNonNull(row.getString(5)),
                        row.getLong(6),
                        row.getLong(7),
                        Objects.requireNonNull(row.getString(8)),
                        Objects.requireNonNull(row.getObject(9, OffsetDateTime.class))
                            .toInstant())))
        .forEach(
            entry ->
                Objects.requireNonNull(latest.get(entry.getKey()))
                    .put(entry.getValue().path(), entry.getValue()));
    return latest;
  }

  private static String asked(Collection<AssetKey> keys) {
    return keys.stream()
        .map(
            key ->
                "(%s, %s, %s)"
                    .formatted(
                        Sql.literal(key.toString()),
                        Sql.literal(key.table().schema()),
                        Sql.literal(key.table().table())))
        .collect(Collectors.joining(", "));
  }

  /** Adds what a run has landed. */
  static void add(Session session, AssetKey key, String runId, Collection<Landed> files) {
    if (files.isEmpty()) {
      return;
    }
    String rows =
        files.stream()
            .map(
                file ->
                    "(%s, %s, %s, %d, TIMESTAMPTZ %s, %s, %d, %d, %s, TIMESTAMPTZ %s)"
                        .formatted(
                            Sql.literal(runId),
                            Sql.literal(key.toString()),
                            Sql.literal(file.path()),
                            file.size(),
                            Sql.literal(file.modified().toString()),
                            Sql.literal(file.sha256()),
                            file.rows(),
                            file.malformed(),
                            Sql.literal(file.definition()),
                            Sql.literal(file.landedAt().toString())))
            .collect(Collectors.joining(", "));
    session.execute("INSERT INTO " + TABLE + " VALUES " + rows);
  }
}
