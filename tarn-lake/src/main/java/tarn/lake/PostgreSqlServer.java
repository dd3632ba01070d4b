package tarn.lake;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** The catalog's PostgreSQL server, asked directly and not by way of the engine. */
final class PostgreSqlServer {
  /** Server versions that this program is tried with. */
  private static final int OLDEST = 150_000;

  /** A server that restarts answers again after some seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** One holds it while a lake is made, so that two do not make one. */
  private static final String CREATION =
      "SELECT pg_advisory_lock(%d)".formatted(PostgreSqlLocks.key("a lake is made"));

  /** Makes commits fail that come after their locks were lost; a commit that looks holds it off. */
  private static final String FENCE =
      """
      CREATE TABLE IF NOT EXISTS public.tarn_lock (name text PRIMARY KEY, holder text NOT NULL);
      COMMENT ON TABLE public.tarn_lock IS 'Who may commit to a table: see the trigger tarn_fence';
      CREATE OR REPLACE FUNCTION public.tarn_check_fence() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        fence jsonb;
        lost text;
      BEGIN
        IF position('"fence"' IN coalesce(NEW.commit_extra_info, '')) = 0 THEN
          RETURN NEW;
        END IF;
        fence := NEW.commit_extra_info::jsonb -> 'fence';
        IF fence IS NULL THEN
          RETURN NEW;
        END IF;
        PERFORM 1 FROM public.tarn_lock
          WHERE name IN (SELECT jsonb_object_keys(fence)) ORDER BY name FOR SHARE;
        SELECT f.key INTO lost FROM jsonb_each_text(fence) f
          LEFT JOIN public.tarn_lock l ON l.name = f.key
          WHERE l.holder IS DISTINCT FROM f.value LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'tarn fence: the lock of % was lost', lost;
        END IF;
        RETURN NEW;
      END $$;
      DROP TRIGGER IF EXISTS tarn_fence ON public.ducklake_snapshot_changes;
      CREATE TRIGGER tarn_fence BEFORE INSERT ON public.ducklake_snapshot_changes
        FOR EACH ROW EXECUTE FUNCTION public.tarn_check_fence();
      """;

  private static final String IS_FENCED =
      "SELECT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'tarn_fence' AND NOT tgisinternal"
          + " AND tgrelid = to_regclass('public.ducklake_snapshot_changes'))";

  private final CatalogLocation.PostgreSql location;

  PostgreSqlServer(CatalogLocation.PostgreSql location) {
    this.location = location;
  }

  /** A session that ends soon after its machine is gone, and whose commits need not be durable. */
  Connection connect() throws SQLException {
    Properties properties = new Properties();
    for (Map.Entry<String, String> parameter : location.parameters().entrySet()) {
      String name =
          switch (parameter.getKey()) {
            case "connect_timeout" -> "connectTimeout";
            case "application_name" -> "ApplicationName";
            default -> parameter.getKey();
          };
      properties.setProperty(name, parameter.getValue());
    }
    properties.putIfAbsent("ApplicationName", "tarn");
    properties.putIfAbsent("connectTimeout", "10");
    properties.setProperty("tcpKeepAlive", "true");
    location
        .user()
        .or(() -> Optional.ofNullable(System.getenv("PGUSER")))
        .ifPresent(user -> properties.setProperty("user", user));
    Optional.ofNullable(System.getenv("PGPASSWORD"))
        .ifPresent(password -> properties.setProperty("password", password));
    String host = location.host().contains(":") ? "[" + location.host() + "]" : location.host();
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d/%s".formatted(host, location.port(), location.database()),
            properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET synchronous_commit = off; SET tcp_keepalives_idle = 30;"
              + " SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;"
              + " SET idle_session_timeout = 0");
      return connection;
    } catch (SQLException e) {
      drop(connection);
      throw e;
    }
  }

  /** Something that asks the server. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws SQLException;
  }

  /** Asks, and takes no answer for one. */
  <T> T once(Question<T> question) {
    try {
      return question.ask();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Asks again while the server does not answer, for as long as a restart takes. */
  <T> T persistently(Question<T> question) {
    Instant end = Instant.now().plus(PATIENCE);
    for (long pause = 50; ; pause = Math.min(2 * pause, LONGEST_PAUSE.toMillis())) {
      try {
        return question.ask();
      } catch (SQLException e) {
        if (!isPassing(e) || Instant.now().isAfter(end)) {
          throw failure(e);
        }
        pause(ThreadLocalRandom.current().nextLong(pause / 2, pause));
      }
    }
  }

  /** No connection, a broken one, one that an operator ended, or a server that starts. */
  private static boolean isPassing(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    return state.startsWith("08") || state.startsWith("57P") || state.startsWith("40");
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TarnException(
          ErrorCode.INTERRUPTED, "The wait for the catalog was stopped.", "Run it again.", e);
    }
  }

  private TarnException failure(SQLException error) {
    return new TarnException(
        "42501".equals(error.getSQLState())
            ? ErrorCode.STORAGE_DENIED
            : ErrorCode.CATALOG_UNREACHABLE,
        "The catalog %s cannot be used: %s".formatted(location.display(), error.getMessage()),
        "42501".equals(error.getSQLState())
            ? "Give this user the rights of a writer; the page on PostgreSQL catalogs lists them."
            : "Check the server, the network, and the user's password in PGPASSWORD or ~/.pgpass.",
        Effect.NOTHING_WRITTEN,
        error);
  }

  /** Runs {@code creation} while no other process makes a lake in this database. */
  void creating(Runnable creation) {
    try (Connection connection = persistently(this::connect);
        Statement statement = connection.createStatement()) {
      requireVersion(statement);
      statement.execute(CREATION);
      creation.run();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private void requireVersion(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SHOW server_version_num")) {
      if (row.next() && row.getInt(1) < OLDEST) {
        throw new TarnException(
            ErrorCode.CATALOG_INVALID,
            "The server of the catalog %s is PostgreSQL %d."
                .formatted(location.display(), row.getInt(1) / 10_000),
            "Use version 15 or newer.");
      }
    }
  }

  /**
   * Makes what the locks need, unless it is there; the owner of the lake's tables must do so once.
   */
  void fence() {
    try (Connection connection = persistently(this::connect);
        Statement statement = connection.createStatement()) {
      if (!isFenced(statement)) {
        connection.setAutoCommit(false);
        statement.execute(
            "SELECT pg_advisory_xact_lock(%d)".formatted(PostgreSqlLocks.key("a fence is made")));
        if (!isFenced(statement)) {
          statement.execute(FENCE);
        }
        connection.commit();
      }
    } catch (SQLException e) {
      if ("42501".equals(e.getSQLState())) {
        throw new TarnException(
            ErrorCode.STORAGE_DENIED,
            "The catalog %s has no locks for its tables yet, and this user may not make them: %s"
                .formatted(location.display(), e.getMessage()),
            "Let the owner of the catalog's tables open the lake once, with `tarn materialize`.",
            e);
      }
      throw failure(e);
    }
  }

  /** Lets the rows of another lake's history in; {@link #fence} must follow. */
  void unfence() {
    try (Connection connection = persistently(this::connect);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TRIGGER IF EXISTS tarn_fence ON public.ducklake_snapshot_changes");
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  static boolean isFenced(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(IS_FENCED)) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** Ends a connection that may be broken. */
  static void drop(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // Then it is gone already.
    }
  }
}
