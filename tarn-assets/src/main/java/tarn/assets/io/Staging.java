package tarn.assets.io;

import tarn.lake.Session;

/**
 * Tables that only one session sees: they spill to the engine's temp folder when they outgrow its
 * memory, and are gone with the transaction that is rolled back or the session that is closed.
 */
final class Staging {
  /** The output's rows. */
  static final String ROWS = "temp.main._tarn_staged";

  /** Keys of the partitions that are to be replaced. */
  static final String CHANGED = "temp.main._tarn_changed";

  /** What a table held before a column's type changed for good. */
  static final String BEFORE = "temp.main._tarn_before";

  private Staging() {}

  /** Fills a new one and says how many rows it got; the driver does not tell. */
  static long create(Session session, String table, String select) {
    session.execute("CREATE OR REPLACE TEMP TABLE " + table + " AS " + select);
    return session.queryFirst("SELECT count(*) FROM " + table, row -> row.getLong(1)).orElseThrow();
  }

  static void drop(Session session, String... tables) {
    for (String table : tables) {
      session.execute("DROP TABLE IF EXISTS " + table);
    }
  }
}
