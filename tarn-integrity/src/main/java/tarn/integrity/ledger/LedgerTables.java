package tarn.integrity.ledger;

import java.util.List;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * The tables in which the ledger and the results of checks are kept: tables of the catalog's own
 * database, beside DuckLake's, because a check must not change what it checks. Views in the lake's
 * schema {@code _tarn} show them to whoever queries the lake.
 */
final class LedgerTables {
  static final String SCHEMA = Lake.METADATA + "._tarn";
  static final String LEDGER = SCHEMA + ".ledger";
  static final String RUNS = SCHEMA + ".fsck_runs";
  static final String FINDINGS = SCHEMA + ".fsck_findings";

  private static final List<String> NAMES = List.of("ledger", "fsck_runs", "fsck_findings");

  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS %s (
            path VARCHAR, file_kind VARCHAR, file_id BIGINT, table_id BIGINT, size_bytes BIGINT,
            sha256 VARCHAR, crc32c VARCHAR, etag VARCHAR, modified_at TIMESTAMPTZ,
            recorded_at TIMESTAMPTZ, recorded_by VARCHAR, verified_at TIMESTAMPTZ,
            decoded_at TIMESTAMPTZ)"""
              .formatted(LEDGER),
          """
          CREATE TABLE IF NOT EXISTS %s (
            run_id VARCHAR, started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ, status VARCHAR,
            level VARCHAR, scope VARCHAR, snapshot_id BIGINT, files BIGINT, bytes BIGINT,
            files_read BIGINT, bytes_read BIGINT, findings BIGINT,
            oldest_unverified_at TIMESTAMPTZ, detail VARCHAR)"""
              .formatted(RUNS),
          """
          CREATE TABLE IF NOT EXISTS %s (
            finding_id VARCHAR, code VARCHAR, severity VARCHAR, level VARCHAR, path VARCHAR,
            schema_name VARCHAR, table_name VARCHAR, file_kind VARCHAR, partition_values VARCHAR,
            begin_snapshot BIGINT, end_snapshot BIGINT, row_count BIGINT, size_bytes BIGINT,
            reader VARCHAR, subject VARCHAR, detail VARCHAR, remedy VARCHAR,
            opened_at TIMESTAMPTZ, opened_by VARCHAR, seen_at TIMESTAMPTZ, seen_by VARCHAR,
            resolved_at TIMESTAMPTZ, resolved_by VARCHAR)"""
              .formatted(FINDINGS));

  private static final Object MAKING = new Object();

  private LedgerTables() {}

  /** Makes what is not there yet; of two threads that would do so one waits. */
  static void ensure(Session session) {
    synchronized (MAKING) {
      if (!exist(session)) {
        session.execute("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
        TABLES.forEach(session::execute);
      }
    }
  }

  /** Whether someone has made them; a lake that is opened for reading only may lack them. */
  static boolean exist(Session session) {
    try {
      session.execute("SELECT 1 FROM %s, %s, %s LIMIT 0".formatted(LEDGER, RUNS, FINDINGS));
      return true;
    } catch (TarnException e) {
      if (e.code() != ErrorCode.QUERY_INVALID) {
        throw e;
      }
      return false;
    }
  }

  /** Makes the views, in a session that has the lake in use. */
  static void ensureViews(Session lakeSession) {
    long known =
        lakeSession
            .queryFirst(
                "SELECT count(*) FROM duckdb_views() WHERE database_name = ? AND schema_name = '_tarn'"
                    + " AND view_name IN ('ledger', 'fsck_runs', 'fsck_findings')",
                row -> row.getLong(1),
                Lake.NAME)
            .orElse(0L);
    if (known == NAMES.size()) {
      return;
    }
    lakeSession.execute("CREATE SCHEMA IF NOT EXISTS " + Lake.NAME + "._tarn");
    if (known == 0) {
      // For the history of materializations, whose tables may come later: DuckLake 1.5.5 crashes on
      // an option of a schema that has a view.
      lakeSession.execute(
          "CALL %s.set_option('data_inlining_row_limit', 1000, schema => '_tarn')"
              .formatted(Lake.NAME));
    }
    for (String name : NAMES) {
      lakeSession.execute(
          "CREATE VIEW IF NOT EXISTS %1$s._tarn.%2$s AS SELECT * FROM %3$s.%2$s"
              .formatted(Lake.NAME, name, SCHEMA));
    }
  }
}
