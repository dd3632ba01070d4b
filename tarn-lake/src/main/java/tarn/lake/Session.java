package tarn.lake;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the engine with the lake attached and in use, so that {@code omop.person} names
 * a table of it. For one thread at a time; only {@link #cancel} may come from another.
 */
public final class Session implements AutoCloseable {
  private final DuckDBConnection connection;
  private final AtomicReference<@Nullable Statement> running = new AtomicReference<>();

  Session(DuckDBConnection connection) {
    this.connection = connection;
  }

  /** The engine's own connection, for what this class does not offer (Arrow, Appender, UDFs). */
  public DuckDBConnection connection() {
    return connection;
  }

  /** Runs statements and drops their results. */
  public void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      running.set(statement);
      statement.execute(sql);
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    } finally {
      running.set(null);
    }
  }

  /** Runs one changing statement and says how many rows it changed. */
  public long update(String sql, @Nullable Object... parameters) {
    try (PreparedStatement statement = prepare(sql, parameters)) {
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
    try (PreparedStatement statement = prepare(sql, parameters)) {
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
    PreparedStatement statement = connection.prepareStatement(sql);
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
