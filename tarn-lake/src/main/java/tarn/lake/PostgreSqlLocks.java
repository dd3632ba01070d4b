package tarn.lake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Collectors;
import tarn.base.Json;

/**
 * Locks of tables that hold among all processes that write to a PostgreSQL catalog.
 *
 * <p>A lock is an advisory lock of a session of the server, so it ends with its holder. That is not
 * enough: a holder whose connection broke, or whose machine slept, may still commit while another
 * one has the lock. So each holder writes a random name of its own beside the lock, its commit
 * carries that name in the snapshot's extra info, and a trigger of the catalog refuses a commit
 * whose name is no longer the one that stands there. docs/decisions/write-coordinator.md has the
 * whole story.
 */
final class PostgreSqlLocks implements AutoCloseable {
  /** Where the names of the holders stand in a snapshot's extra info. */
  static final String FENCE = "fence";

  private final PostgreSqlServer server;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

  PostgreSqlLocks(PostgreSqlServer server) {
    this.server = server;
  }

  /** Waits for as long as another holder has one of them. */
  Held take(List<TableName> tables) {
    Map<String, String> holders = new TreeMap<>();
    String holder = UUID.randomUUID().toString();
    tables.forEach(table -> holders.put(table.toString(), holder));
    String locks =
        holders.keySet().stream()
            .map(name -> "SELECT pg_advisory_lock(" + key(name) + ");")
            .collect(Collectors.joining());
    return server.persistently(
        () -> {
          Connection connection = connection();
          try {
            run(connection, locks + write(holders));
            return new Held(connection, holders);
          } catch (SQLException | RuntimeException e) {
            PostgreSqlServer.drop(connection);
            throw e;
          }
        });
  }

  private Connection connection() throws SQLException {
    Connection known = idle.poll();
    return known == null ? server.connect() : known;
  }

  /** Waits until no commit looks at the names of these locks. */
  private static String write(Map<String, String> holders) {
    return holders.entrySet().stream()
        .map(
            entry -> "(" + Sql.literal(entry.getKey()) + ", " + Sql.literal(entry.getValue()) + ")")
        .collect(
            Collectors.joining(
                ", ",
                "INSERT INTO public.tarn_lock (name, holder) VALUES ",
                " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder"));
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Tables whose keys are the same by chance share a lock, which does no harm. */
  static long key(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("tarn table " + name).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    for (Connection each = idle.poll(); each != null; each = idle.poll()) {
      PostgreSqlServer.drop(each);
    }
  }

  /** Gives the locks back when closed. */
  final class Held implements AutoCloseable {
    private final Connection connection;
    private final Map<String, String> holders;

    private Held(Connection connection, Map<String, String> holders) {
      this.connection = connection;
      this.holders = holders;
    }

    String fenced(String extraInfo) {
      String fence = "\"" + FENCE + "\":" + Json.line(holders);
      String object = extraInfo.strip();
      String rest = object.substring(1).strip();
      return "{" + fence + (rest.equals("}") ? "" : ",") + rest;
    }

    void revoke() {
      Map<String, String> nobody = new TreeMap<>();
      holders.keySet().forEach(name -> nobody.put(name, "revoked " + UUID.randomUUID()));
      server.persistently(
          () -> {
            try (Connection other = server.connect()) {
              run(other, write(nobody));
              return nobody;
            }
          });
    }

    @Override
    public void close() {
      try {
        run(connection, "SELECT pg_advisory_unlock_all()");
        idle.push(connection);
      } catch (SQLException e) {
        // The server gave the locks back when the connection broke.
        PostgreSqlServer.drop(connection);
      }
    }
  }
}
