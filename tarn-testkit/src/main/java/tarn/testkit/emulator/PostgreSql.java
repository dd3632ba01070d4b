package tarn.testkit.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of this machine's own installation, which starts again by itself when it is
 * killed. It trusts everybody on this machine, and forces nothing to the disk.
 */
public final class PostgreSql implements AutoCloseable {
  /** Who may do everything. */
  public static final String OWNER = "postgres";

  /** Refuses root, so root runs it as the user that its package makes. */
  private static final String SERVE =
      """
      bin=$1; folder=$2; port=$3; user=
      if [ "$(id -u)" = 0 ]; then
        chown postgres "$folder"; chmod 711 "$folder"
        user="setpriv --reuid=postgres --regid=postgres --clear-groups"
      fi
      cd /
      $user "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-sync >/dev/null || exit 1
      while [ -d "$folder/data" ] && [ ! -e "$folder/stopped" ]; do
        $user "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
          -c unix_socket_directories= -c fsync=off -c max_connections=200 -c shared_buffers=32MB
        rm -f "$folder/data/postmaster.pid"
      done
      """;

  private final EmulatorProcess process;

  private PostgreSql(EmulatorProcess process) {
    this.process = process;
  }

  /** The one that all tests of this process share; each uses a database of its own. */
  public static PostgreSql shared() {
    return Shared.INSTANCE;
  }

  public static PostgreSql start() {
    String programs = programs().toString();
    PostgreSql server =
        new PostgreSql(
            EmulatorProcess.start(
                "postgresql",
                (folder, port) ->
                    List.of("sh", "-c", SERVE, "sh", programs, folder.toString(), "" + port),
                Map.of("LC_ALL", "C.UTF-8")));
    server.awaitAnswer();
    return server;
  }

  private static Path programs() {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(folder -> Files.isExecutable(folder.resolve("postgres")))
          .max(Comparator.comparing(Path::toString))
          .orElseThrow(() -> new AssertionError("PostgreSQL is missing: run ./dev setup"));
    } catch (IOException e) {
      throw new AssertionError("PostgreSQL is missing: run ./dev setup", e);
    }
  }

  public int port() {
    return process.port();
  }

  /** A new database, empty. */
  public String newDatabase() {
    String name = "test_" + UUID.randomUUID().toString().replace("-", "");
    execute("postgres", "CREATE DATABASE " + name);
    return name;
  }

  /** As the setting {@code catalog} names it. */
  public String url(String database) {
    return "postgresql://%s@127.0.0.1:%d/%s".formatted(OWNER, port(), database);
  }

  /** A connection without this project around it. */
  public Connection connect(String database) throws SQLException {
    return connect(database, OWNER);
  }

  public Connection connect(String database, String user) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=%s".formatted(port(), database, user));
  }

  /** Runs statements. */
  public void execute(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** Ends every connection and loses whatever was not committed; returns when it answers again. */
  public void crash() {
    kill();
    awaitAnswer();
  }

  /** The same, without waiting. */
  public void kill() {
    try {
      Path file = process.folder().resolve("data/postmaster.pid");
      if (!Files.exists(file)) {
        return;
      }
      long id = Long.parseLong(Files.readAllLines(file).getFirst());
      // SIGQUIT is its immediate shutdown: nothing is written, and recovery follows.
      new ProcessBuilder("kill", "-QUIT", Long.toString(id)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until connections are taken. */
  public void awaitAnswer() {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    List<SQLException> failures = new ArrayList<>();
    while (Instant.now().isBefore(end)) {
      try (Connection connection = connect("postgres")) {
        if (connection.isValid(5)) {
          return;
        }
      } catch (SQLException e) {
        failures.add(e);
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while PostgreSQL started", e);
      }
    }
    throw new AssertionError("PostgreSQL does not answer", failures.getLast());
  }

  @Override
  public void close() {
    try {
      if (Files.isDirectory(process.folder())) {
        Files.writeString(process.folder().resolve("stopped"), "");
        kill();
      }
      process.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Shared {
    static final PostgreSql INSTANCE = start();

    static {
      // The shell that watches over it cannot end what the server has started.
      Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close));
    }
  }
}
