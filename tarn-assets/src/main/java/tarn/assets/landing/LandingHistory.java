package tarn.assets.landing;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
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
    Map<String, Landed> latest = new LinkedHashMap<>();
    session
        .query(
            """
            FROM (SELECT path, size, modified_at, sha256, row_count, malformed_count, definition,
              landed_at
            FROM %s AS f WHERE asset_key = ? AND snapshot_id >= (
              SELECT min(begin_snapshot) FROM %s.ducklake_table WHERE table_id IN (
                SELECT table_id FROM %s.ducklake_table t JOIN %s.ducklake_schema s USING (schema_id)
                WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL
                AND t.table_name = ? AND s.schema_name = ?))
            QUALIFY row_number() OVER (PARTITION BY path ORDER BY snapshot_id DESC, landed_at DESC)
              = 1)
            WHERE sha256 <> '' ORDER BY path"""
                .formatted(TABLE, Lake.METADATA, Lake.METADATA, Lake.METADATA),
            row ->
                new Landed(
                    Objects.requireNonNull(row.getString(1)),
                    row.getLong(2),
                    Objects.requireNonNull(row.getObject(3, OffsetDateTime.class)).toInstant(),
                    Objects.requireNonNull(row.getString(4)),
                    row.getLong(5),
                    row.getLong(6),
                    Objects.requireNonNull(row.getString(7)),
                    Objects.requireNonNull(row.getObject(8, OffsetDateTime.class)).toInstant()),
            key.toString(),
            key.table().table(),
            key.table().schema())
        .forEach(landed -> latest.put(landed.path(), landed));
    return latest;
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
