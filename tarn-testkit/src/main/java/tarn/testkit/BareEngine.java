package tarn.testkit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import tarn.lake.CatalogLocation;
import tarn.lake.LakeSettings;

/**
 * DuckDB alone, without a line of this project in between: an independent witness of what a query
 * or a data file holds.
 */
public final class BareEngine implements AutoCloseable {
  private final Connection connection;

  private BareEngine(Connection connection) {
    this.connection = connection;
  }

  /** An empty database in memory. */
  public static BareEngine start() {
    Properties properties = new Properties();
    properties.setProperty("extension_directory", Checkout.extensions().folder().toString());
    properties.setProperty("autoinstall_known_extensions", "false");
    try {
      return new BareEngine(DriverManager.getConnection("jdbc:duckdb:", properties));
    } catch (SQLException e) {
      throw new AssertionError("the bare engine did not start", e);
    }
  }

  /** One with a lake attached read-only as {@code lake}; the lake must be closed elsewhere. */
  public static BareEngine on(ScratchLake scratch) {
    BareEngine engine = start();
    engine.attach(scratch.settings());
    engine.execute("USE lake");
    return engine;
  }

  /** One with a catalog's file attached as {@code catalog}: its tables, not the lake's. */
  public static BareEngine onCatalog(Path file) {
    BareEngine engine = start();
    engine.execute("ATTACH '%s' AS catalog".formatted(file));
    engine.execute("USE catalog");
    return engine;
  }

  /** Attaches a lake read-only as {@code lake}. */
  public void attach(LakeSettings settings) {
    execute("LOAD ducklake");
    settings.access().grant().extensions().forEach(name -> execute("LOAD " + name));
    settings.access().grant().statements().forEach(this::execute);
    String catalog =
        switch (settings.catalog()) {
          case CatalogLocation.DuckDbFile(Path file) -> file.toString();
          case CatalogLocation.PostgreSql server ->
              "postgres:host=%s port=%d dbname=%s user=%s"
                  .formatted(
                      server.host(), server.port(), server.database(), server.user().orElseThrow());
        };
    execute("ATTACH 'ducklake:" + catalog + "' AS lake (READ_ONLY)");
  }

  public void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** A result as text, columns separated by {@code |} and nulls as {@code NULL}. */
  public List<String> rows(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(Texts.row(result));
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** The one value of a result of one row and one column. */
  public String value(String sql) {
    List<String> rows = rows(sql);
    if (rows.size() != 1) {
      throw new AssertionError(rows.size() + " rows instead of one: " + sql);
    }
    return rows.getFirst();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new AssertionError("the bare engine did not close", e);
    }
  }
}
