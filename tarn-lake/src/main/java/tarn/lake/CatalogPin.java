package tarn.lake;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Keeps what a transaction's new tables refer to alive until it has ended.
 *
 * <p>DuckLake 1.5.5 keeps the catalog as one object for each version of the schemas, in a cache. A
 * table that a transaction creates or alters refers to that object until COMMIT, but the cache
 * holds on to it only for the length of a statement: when memory runs short, or when another
 * session loads the same version again, it is freed, and COMMIT reads freed memory. The process
 * crashes, or a table gets into a wrong schema (duckdb/ducklake 1248).
 *
 * <p>A statement that is prepared but never run holds on to the object too, for as long as nothing
 * is run on its connection. So a second connection, whose transaction sees the same snapshot,
 * prepares one before and after each definition; meanwhile no other session may look at the
 * catalog. docs/decisions/catalog-pins.md has the whole story.
 */
final class CatalogPin implements AutoCloseable {
  /** Bound, which looks at the catalog, and never run. */
  private static final String NEVER_RUN =
      "CREATE TABLE " + Lake.NAME + ".main._tarn_never_made (i INTEGER)";

  private static final Pattern DEFINITION =
      Pattern.compile(
          "\\s*(CREATE|ALTER|COMMENT|DROP)\\b(?!\\s+(OR\\s+REPLACE\\s+)?TEMP)(?!.*\\btemp\\.main\\.).*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final int ATTEMPTS = 100;

  private final ReadWriteLock catalog;
  private final Session session;
  private final Session holder;
  private final List<PreparedStatement> pins = new ArrayList<>();

  private CatalogPin(ReadWriteLock catalog, Session session, Session holder) {
    this.catalog = catalog;
    this.session = session;
    this.holder = holder;
  }

  /**
   * Begins a transaction on {@code session} and a pin for it.
   *
   * @param catalog held shared by whoever looks at the catalog
   */
  static CatalogPin begin(Lake lake, Session session, ReadWriteLock catalog) {
    CatalogPin pin = new CatalogPin(catalog, session, lake.session());
    Lock alone = catalog.writeLock();
    alone.lock();
    try {
      pin.begin();
      return pin;
    } catch (RuntimeException | Error e) {
      pin.close();
      throw e;
    } finally {
      alone.unlock();
    }
  }

  private void begin() {
    for (int tries = 0; tries < ATTEMPTS; tries++) {
      holder.execute("BEGIN TRANSACTION");
      long held = Snapshots.current(holder);
      pin();
      session.execute("BEGIN TRANSACTION");
      session.pinnedBy(this);
      // Another process may have committed in between.
      if (Snapshots.current(session) == held) {
        return;
      }
      session.execute("ROLLBACK");
      release();
      holder.execute("ROLLBACK");
    }
    throw new TarnException(
        ErrorCode.CATALOG_CONFLICT,
        "Other writers commit so often that no transaction could begin.",
        "Run it again when less is written.");
  }

  /** Whether a statement makes or changes something of the lake's catalog. */
  static boolean isDefinition(String sql) {
    return DEFINITION.matcher(sql).matches();
  }

  /** Runs a definition of the pinned transaction. */
  void define(Runnable definition) {
    Lock alone = catalog.writeLock();
    alone.lock();
    try {
      pin();
      definition.run();
      pin();
    } finally {
      alone.unlock();
    }
  }

  private void pin() {
    try {
      pins.add(holder.connection().prepareStatement(NEVER_RUN));
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  private void release() {
    try {
      for (PreparedStatement pin : pins) {
        pin.close();
      }
      pins.clear();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  /** Lets go; the transaction must have ended. */
  @Override
  public void close() {
    session.unpinned();
    try {
      release();
      // The engine ends the process when a transaction that goes with its connection cannot be
      // ended.
      holder.execute("ROLLBACK");
    } catch (TarnException e) {
      // The connection to the catalog's server broke, or the transaction had never begun.
    } finally {
      holder.close();
    }
  }
}
