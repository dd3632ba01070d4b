package tarn.assets.status;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.base.Json;
import tarn.lake.Lake;
import tarn.lake.Session;
import tools.jackson.core.type.TypeReference;

/**
 * The newest records of {@code _tarn.materializations} (spec/lake-tables.md), of all assets at
 * once.
 */
final class Recorded {
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private final Map<String, LastMaterialization> written = new HashMap<>();
  private final Map<String, Failure> failed = new HashMap<>();

  private Recorded() {}

  /** A materialization whose checks failed. */
  record Failure(String runId, Instant at, long snapshot) {}

  private record Row(String key, boolean failed, LastMaterialization what) {}

  static Recorded of(Session session) {
    Recorded recorded = new Recorded();
    if (exists(session)) {
      rows(session)
          .forEach(
              row -> {
                if (row.failed) {
                  recorded.failed.put(
                      row.key,
                      new Failure(row.what.runId(), row.what.finished(), row.what.snapshot()));
                } else {
                  recorded.written.put(row.key, row.what);
                }
              });
    }
    return recorded;
  }

  Optional<LastMaterialization> written(AssetKey key) {
    return Optional.ofNullable(written.get(key.toString()));
  }

  /** The last one that failed, if none was written after it. */
  Optional<Failure> failed(AssetKey key) {
    long since = written(key).map(LastMaterialization::snapshot).orElse(-1L);
    return Optional.ofNullable(failed.get(key.toString()))
        .filter(failure -> failure.snapshot > since);
  }

  private static boolean exists(Session session) {
    // The engine's own list of tables asks the catalog for everything there is of each.
    return session
        .queryFirst(
            """
            SELECT 1 FROM %s.ducklake_table t JOIN %s.ducklake_schema s USING (schema_id)
            WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL
            AND s.schema_name = '_tarn' AND t.table_name = 'materializations'"""
                .formatted(Lake.METADATA, Lake.METADATA),
            row -> row.getInt(1))
        .isPresent();
  }

  private static List<Row> rows(Session session) {
    return session.query(
        """
        SELECT asset_key, outcome, run_id, finished_at, snapshot_id, row_count, code_version,
          data_version, inputs
        FROM %s._tarn.materializations WHERE outcome IN ('written', 'failed')
        QUALIFY row_number() OVER (PARTITION BY asset_key, outcome
          ORDER BY snapshot_id DESC, finished_at DESC) = 1"""
            .formatted(Lake.NAME),
        Recorded::row);
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        text(row.getString(1)),
        text(row.getString(2)).equals("failed"),
        new LastMaterialization(
            text(row.getString(3)),
            Objects.requireNonNull(row.getObject(4, OffsetDateTime.class)).toInstant(),
            row.getLong(5),
            row.getLong(6),
            text(row.getString(7)),
            Optional.ofNullable(row.getString(8)),
            Json.mapper().readValue(Objects.requireNonNullElse(row.getString(9), "{}"), TEXTS)));
  }

  /** Other programs write these records too. */
  private static String text(@Nullable String value) {
    return Objects.requireNonNullElse(value, "");
  }
}
