package tarn.assets.io;

import java.util.List;
import tarn.base.TarnException;
import tarn.lake.EngineErrors;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Makes the tables of the lake's own schema when they are not there yet. */
public final class HistoryTables {
  static final String SCHEMA = "_tarn";

  /**
   * Rows of one insert that are kept in the catalog instead of a file of their own. It is safe here
   * and nowhere else: what DuckLake 1.5.5 loses are deletes of such rows, and nothing is ever
   * deleted from these tables.
   */
  private static final int INLINED_ROWS = 1000;

  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS %s.materializations (
            run_id VARCHAR, asset_key VARCHAR, outcome VARCHAR, started_at TIMESTAMPTZ,
            finished_at TIMESTAMPTZ, write_mode VARCHAR, code_version VARCHAR,
            data_version VARCHAR, engine_version VARCHAR, inputs VARCHAR, read_snapshot BIGINT,
            row_count BIGINT, rows_written BIGINT)""",
          """
          CREATE TABLE IF NOT EXISTS %s.check_results (
            run_id VARCHAR, asset_key VARCHAR, check_name VARCHAR, severity VARCHAR,
            passed BOOLEAN, offending BIGINT, detail VARCHAR, checked_at TIMESTAMPTZ)""",
          """
          CREATE TABLE IF NOT EXISTS %s.landing_files (
            run_id VARCHAR, asset_key VARCHAR, path VARCHAR, size BIGINT, modified_at TIMESTAMPTZ,
            sha256 VARCHAR, row_count BIGINT, malformed_count BIGINT, definition VARCHAR,
            landed_at TIMESTAMPTZ)""");

  /**
   * One thread at a time: of two that make the same thing, DuckLake 1.5.5 lets one fail at commit
   * and then never lets go of the catalog's file, so that this process could not open it again.
   */
  private static final Object MAKING = new Object();

  private HistoryTables() {}

  static boolean exist(Session session) {
    return session
            .query(
                "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND schema_name = ?"
                    + " AND table_name IN ('materializations', 'check_results', 'landing_files')",
                row -> row.getInt(1),
                Lake.NAME,
                SCHEMA)
            .size()
        == TABLES.size();
  }

  /** Makes what is missing, in transactions of its own; another process may do so meanwhile. */
  public static void ensure(Session session) {
    synchronized (MAKING) {
      if (exist(session)) {
        return;
      }
      ensureSchema(session, SCHEMA);
      // DuckLake 1.5.5 crashes on an option of a schema that has a view; whoever makes the first
      // one here (the results of checks) sets the option before.
      if (!hasViews(session)) {
        session.execute(
            "CALL %s.set_option('data_inlining_row_limit', %d, schema => %s)"
                .formatted(Lake.NAME, INLINED_ROWS, Sql.literal(SCHEMA)));
      }
      for (String table : TABLES) {
        unlessAnotherWasFirst(
            () -> session.execute(table.formatted(Lake.NAME + "." + Sql.identifier(SCHEMA))));
      }
    }
  }

  private static boolean hasViews(Session session) {
    return session
        .queryFirst(
            "SELECT 1 FROM duckdb_views() WHERE database_name = ? AND schema_name = ?",
            row -> row.getInt(1),
            Lake.NAME,
            SCHEMA)
        .isPresent();
  }

  static void ensureSchema(Session session, String schema) {
    synchronized (MAKING) {
      boolean known =
          session
              .queryFirst(
                  "SELECT 1 FROM duckdb_schemas() WHERE database_name = ? AND"
                      + " lower(schema_name) = lower(?)",
                  row -> row.getInt(1),
                  Lake.NAME,
                  schema)
              .isPresent();
      if (!known) {
        unlessAnotherWasFirst(
            () ->
                session.execute(
                    "CREATE SCHEMA IF NOT EXISTS " + Lake.NAME + "." + Sql.identifier(schema)));
      }
    }
  }

  private static void unlessAnotherWasFirst(Runnable creation) {
    try {
      creation.run();
    } catch (TarnException e) {
      if (!EngineErrors.isConflict(e)) {
        throw e;
      }
      // It exists now, which is all that was wanted.
    }
  }
}
