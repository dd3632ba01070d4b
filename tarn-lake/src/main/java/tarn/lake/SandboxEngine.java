package tarn.lake;

import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.duckdb.DuckDBConnection;
import tarn.lake.extension.ExtensionStore;

/**
 * An engine of its own for queries that nobody has looked at. It can read what lies at the given
 * places and nothing else: no other file, no address, no extension, and its settings cannot be
 * changed.
 */
public final class SandboxEngine implements AutoCloseable {
  private final DuckDBConnection root;
  private final GrantedAccess granted;

  private SandboxEngine(DuckDBConnection root, GrantedAccess granted) {
    this.root = root;
    this.granted = granted;
  }

  /**
   * @param places folders and URL prefixes, each ending in a slash: all that it reads and writes
   * @param access how it gets at those that are no folders
   */
  public static SandboxEngine start(
      EngineSettings limits, List<String> places, DataAccess access, ExtensionStore extensions) {
    Properties properties = new Properties();
    properties.setProperty("memory_limit", limits.memoryLimit());
    properties.setProperty("threads", Integer.toString(limits.threads()));
    properties.setProperty("temp_directory", limits.temporaryFolder().toString());
    limits
        .maximumTemporarySize()
        .ifPresent(size -> properties.setProperty("max_temp_directory_size", size));
    properties.setProperty("extension_directory", extensions.folder().toString());
    properties.setProperty("allow_unsigned_extensions", "false");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    try {
      DuckDBConnection connection = Lake.connect(properties);
      GrantedAccess granted = new GrantedAccess(access);
      try (Session session = session(connection)) {
        extensions.load(session::execute, "ducklake");
        // The store of secrets begins with its first use, and cannot begin without access to files.
        session.execute("SET GLOBAL allow_persistent_secrets = false");
        session.execute("FROM duckdb_secrets()");
        granted.begin(connection, extensions);
        session.execute("SET GLOBAL TimeZone = 'UTC'");
        session.execute("SET GLOBAL jdbc_stream_results = true");
        session.execute("SET GLOBAL allowed_directories = " + Sql.literals(places));
        session.execute("SET GLOBAL enable_external_access = false");
        session.execute("SET GLOBAL lock_configuration = true");
        return new SandboxEngine(connection, granted);
      } catch (RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  private static Session session(DuckDBConnection connection) throws SQLException {
    return new Session(connection.duplicate(), new ReentrantReadWriteLock());
  }

  /** A new connection, which sees everything that is attached. */
  public Session session() {
    try {
      return session(root);
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  /**
   * Whether its credentials expire, which cannot be exchanged: another engine has to be started.
   */
  public boolean endsSoon() {
    return granted.endsSoon();
  }

  @Override
  public void close() {
    try {
      root.close();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }
}
