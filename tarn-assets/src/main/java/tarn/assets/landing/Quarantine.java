package tarn.assets.landing;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tarn.assets.AssetKey;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;

/**
 * The malformed records of a source's files, in a table beside the asset's (spec/lake-tables.md).
 * It holds those of the files as they were read last.
 */
final class Quarantine {
  private static final int EXAMPLES = 5;
  private static final List<String> COLUMNS =
      List.of("_source_file", "line", "column", "reason", "raw", "run_id", "quarantined_at");

  private final AssetKey key;
  private final TableName table;

  Quarantine(AssetKey key) {
    this.key = key;
    this.table = new TableName(key.table().schema(), key.table().table() + "_quarantine");
  }

  TableName table() {
    return table;
  }

  /** Takes out what is known of files that are read again, or of all files. */
  void forget(Session session, Collection<String> files, FileSelection.Scope scope) {
    if (!exists(session)) {
      return;
    }
    switch (scope) {
      case ALL -> session.execute("DELETE FROM " + table.quoted());
      case NEW_AND_CHANGED -> {
        if (!files.isEmpty()) {
          session.execute("DELETE FROM " + table.quoted() + " WHERE " + of(files));
        }
      }
    }
  }

  /** Adds malformed records, and says how many there were of each file. */
  Map<String, Long> add(Session session, String malformed, String runId) {
    session.execute(
        """
        CREATE TEMP TABLE _tarn_malformed AS SELECT _source_file, line, "column", reason, raw, \
        %s AS run_id, now() AS quarantined_at FROM (%s)"""
            .formatted(Sql.literal(runId), malformed));
    try {
      Map<String, Long> counts = new TreeMap<>();
      session
          .query(
              "SELECT _source_file, count(*) FROM _tarn_malformed GROUP BY ALL",
              row -> Map.entry(Objects.requireNonNull(row.getString(1)), row.getLong(2)))
          .forEach(count -> counts.put(count.getKey(), count.getValue()));
      if (!counts.isEmpty() && !exists(session)) {
        session.execute(
            """
            CREATE TABLE %s (_source_file VARCHAR, line BIGINT, "column" VARCHAR, \
            reason VARCHAR, raw VARCHAR, run_id VARCHAR, quarantined_at TIMESTAMPTZ)"""
                .formatted(table.quoted()));
      }
      if (!counts.isEmpty()) {
        session.execute("INSERT INTO " + table.quoted() + " FROM _tarn_malformed");
      }
      return counts;
    } finally {
      session.execute("DROP TABLE _tarn_malformed");
    }
  }

  /** Refuses the load when it brought more malformed records than are accepted. */
  void check(
      Session session, LandingSource.QuarantineThreshold threshold, long landed, long malformed) {
    double fraction = malformed == 0 ? 0 : (double) malformed / (landed + malformed);
    if (malformed <= threshold.rows() && fraction <= threshold.fraction()) {
      return;
    }
    List<String> examples =
        session.query(
            """
            SELECT _source_file || coalesce(', line ' || nullif(line, 0), '') \
            || coalesce(', column `' || "column" || '`', '') || ': ' || reason \
            FROM %s ORDER BY quarantined_at DESC, _source_file, line LIMIT %d"""
                .formatted(table.quoted(), EXAMPLES),
            row -> Objects.requireNonNull(row.getString(1)));
    throw new TarnException(
        ErrorCode.QUARANTINE_THRESHOLD,
        "%,d of %,d records of %s are malformed, more than the source accepts (%s). Nothing was written. Examples:\n%s"
            .formatted(
                malformed,
                landed + malformed,
                key,
                accepted(threshold),
                examples.stream().map(line -> "  " + line).collect(Collectors.joining("\n"))),
        "Have the files mended, mend the source's columns and options, or raise its threshold.");
  }

  private static String accepted(LandingSource.QuarantineThreshold threshold) {
    String rows =
        threshold.rows() == Long.MAX_VALUE ? "" : "%,d records".formatted(threshold.rows());
    String fraction =
        threshold.fraction() >= 1 ? "" : "%.4g %%".formatted(threshold.fraction() * 100);
    return rows + (rows.isEmpty() || fraction.isEmpty() ? "" : ", ") + fraction;
  }

  /** Whether the table is there; one of the same name that is no quarantine is never touched. */
  private boolean exists(Session session) {
    List<String> columns =
        session.query(
            """
            SELECT column_name FROM duckdb_columns() WHERE database_name = ? \
            AND lower(schema_name) = lower(?) AND lower(table_name) = lower(?) \
            ORDER BY column_index""",
            row -> Objects.requireNonNull(row.getString(1)),
            Lake.NAME,
            table.schema(),
            table.table());
    if (!columns.isEmpty() && !columns.equals(COLUMNS)) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "The malformed records of %s belong in %s, but that is a table of something else."
              .formatted(key, table),
          "Rename the asset that writes it, or the source.");
    }
    return !columns.isEmpty();
  }

  static String of(Collection<String> files) {
    return Expected.SOURCE_FILE
        + " IN ("
        + files.stream().map(Sql::literal).collect(Collectors.joining(", "))
        + ")";
  }
}
