package tarn.lake.extension;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * An empty engine in memory, with the signature check on, on which one binary is tried before it
 * reaches the store. It serves one trial: an engine that has an extension loaded answers every
 * further LOAD of that name with yes, whatever the file holds.
 */
final class TrialEngine implements AutoCloseable {
  private final Connection connection;

  private TrialEngine(Connection connection) {
    this.connection = connection;
  }

  /** Starts one whose own {@code INSTALL} goes to {@code folder}. */
  static TrialEngine installingInto(Path folder) {
    Properties properties = new Properties();
    properties.setProperty("extension_directory", folder.toString());
    properties.setProperty("allow_unsigned_extensions", "false");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    try {
      return new TrialEngine(DriverManager.getConnection("jdbc:duckdb:", properties));
    } catch (SQLException e) {
      throw failed("start", e);
    }
  }

  /** Asks the engine what it is. */
  static Build build() {
    try (TrialEngine engine = installingInto(Path.of(""))) {
      return new Build(engine.first("PRAGMA version"), engine.first("PRAGMA platform"));
    } catch (SQLException e) {
      throw failed("answer", e);
    }
  }

  /**
   * Loads a binary, which must lie in a file named after its extension, into an engine of its own.
   *
   * @return why the engine refuses it, or nothing when it was loaded
   */
  static Optional<String> refusal(Path binary, Build build) throws IOException {
    try (TrialEngine engine = installingInto(Path.of(""))) {
      engine.execute("LOAD '" + binary.toString().replace("'", "''") + "'");
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(explain(Footer.of(binary), build, String.valueOf(e.getMessage())));
    }
  }

  /** Asks the engine to bring an extension with its own means. */
  void install(String name) throws SQLException {
    execute("INSTALL " + name);
  }

  private static String explain(Optional<Footer> footer, Build build, String said) {
    if (footer.isEmpty()) {
      return "it is no extension, or its end is cut off";
    }
    Footer told = footer.get();
    if (!told.engineVersion().equals(build.version())) {
      return "it was built for engine %s, and this engine is %s"
          .formatted(told.engineVersion(), build.version());
    }
    if (!told.platform().equals(build.platform())) {
      return "it was built for platform %s, and this one is %s"
          .formatted(told.platform(), build.platform());
    }
    if (!told.signed()) {
      return "it is not signed";
    }
    return said.contains("signature")
        ? "its signature does not match its content: it was damaged or changed"
        : said.contains("entrypoint")
            ? "it holds another extension than its name says"
            : "the engine says: " + said;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String first(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed("stop", e);
    }
  }

  private static TarnException failed(String what, SQLException error) {
    return new TarnException(
        ErrorCode.ENGINE_FAILED,
        "The engine does not " + what + ": " + error.getMessage(),
        "Run `tarn doctor`; it checks the engine's parts.",
        error);
  }
}
