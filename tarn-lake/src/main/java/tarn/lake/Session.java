package tarn.lake;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the engine with the lake attached and in use, so that {@code omop.person} names
 * a table of it. For one thread at a time; only {@link #cancel} may come from another.
 */
public final class Session implements AutoCloseable {
  /** Statements that look at the catalog not only when they are prepared but also when they run. */
  private static final Pattern READS_CATALOG =
      Pattern.compile(
          "duckdb_|ducklake_|information_schema|^\\s*COMMIT\\b", Pattern.CASE_INSENSITIVE);

  private final DuckDBConnection connection;
  private final ReadWriteLock catalog;
  private final AtomicReference<@Nullable Statement> running = new AtomicReference<>();
  private @Nullable CatalogPin pin;

  /**
   * @param catalog held shared by whoever looks at the engine's picture of the catalog
   */
  Session(DuckDBConnection connection, ReadWriteLock catalog) {
    this.connection = connection;
    this.catalog = catalog;
  }

  /** Says that a transaction has begun whose definitions are to be pinned. */
  void pinnedBy(CatalogPin begun) {
    pin = begun;
  }

  /** Says that it has ended. */
  void unpinned() {
    pin = null;
  }

  /** The engine's own connection, for what this class does not offer (Arrow, Appender, UDFs). */
  public DuckDBConnection connection() {
    return connection;
  }

  /** Runs statements and drops their results. */
  public void execute(String sql) {
    if (pin != null && CatalogPin.isDefinition(sql)) {
      pin.define(() -> run(sql));
    } else {
      run(sql);
    }
  }

  private void run(String sql) {
    try (Held _ = hold(sql);
        PreparedStatement statement = prepare(sql)) {
      running.set(statement);
      statement.execute();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    } finally {
      running.set(null);
    }
  }

  /** Keeps definitions of other sessions away. */
  private Held hold(String sql) {
    if (!READS_CATALOG.matcher(sql).find()) {
      return () -> {};
    }
    catalog.readLock().lock();
    return catalog.readLock()::unlock;
  }

  /** Lets definitions go on when closed. */
  @FunctionalInterface
  private interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** Runs one changing statement and says how many rows it changed. */
  public long update(String sql, @Nullable Object... parameters) {
    try (Held _ = hold(sql);
        PreparedStatement statement = prepare(sql, parameters)) {
      running.set(statement);
      return statement.executeLargeUpdate();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    } finally {
      running.set(null);
    }
  }

  /** All rows of a result that is known to be small. */
  public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... parameters) {
    try (Held _ = hold(sql);
        PreparedStatement statement = prepare(sql, parameters)) {
      running.set(statement);
      try (ResultSet rows = statement.executeQuery()) {
        List<T> read = new ArrayList<>();
        while (rows.next()) {
          read.add(reader.read(rows));
        }
        return read;
      }
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    } finally {
      running.set(null);
    }
  }

  /** The first row, if there is one. */
  public <T> Optional<T> queryFirst(
      String sql, RowReader<T> reader, @Nullable Object... parameters) {
    return query(sql, reader, parameters).stream().findFirst();
  }

  /** Lets {@link #cancel} stop a statement that was made by way of {@link #connection}. */
  public Cancellable cancellable(Statement statement) {
    running.set(statement);
    return () -> running.set(null);
  }

  /** Close it when the statement's result has been read. */
  @FunctionalInterface
  public interface Cancellable extends AutoCloseable {
    @Override
    void close();
  }

  /** Has the engine keep account of how far a statement is, for {@link #progress}. */
  public void watchProgress() {
    execute("SET enable_progress_bar = true");
    execute("SET enable_progress_bar_print = false");
  }

  /**
   * How much of the statement that runs now is done, 0 to 1, as the engine estimates it; nothing
   * when it cannot tell. May be asked from another thread.
   */
  public OptionalDouble progress() {
    if (!(running.get() instanceof DuckDBPreparedStatement statement)) {
      return OptionalDouble.empty();
    }
    try {
      double percent = statement.getQueryProgress().getPercentage();
      return percent < 0 ? OptionalDouble.empty() : OptionalDouble.of(percent / 100);
    } catch (SQLException e) {
      // It has just ended.
      return OptionalDouble.empty();
    }
  }

  /** Stops the statement that runs now, if any; it ends with {@code interrupted}. */
  public void cancel() {
    Statement statement = running.get();
    if (statement != null) {
      try {
        statement.cancel();
      } catch (SQLException e) {
        throw EngineErrors.translate(e);
      }
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement;
    catalog.readLock().lock();
    try {
      statement = connection.prepareStatement(sql);
    } finally {
      catalog.readLock().unlock();
    }
    for (int index = 0; index < parameters.length; index++) {
      statement.setObject(index + 1, parameters[index]);
    }
    return statement;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }
}
