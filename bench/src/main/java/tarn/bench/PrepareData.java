package tarn.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Makes the tables that are written over and over: {@code lineitem} of TPC-H, and a wide table as a
 * clinical system's export has them.
 */
final class PrepareData {
  private PrepareData() {}

  /**
   * @param arguments folder, TPC-H scale factor, rows of the wide table, folder of extensions
   */
  public static void main(String[] arguments) throws SQLException {
    Path folder = Path.of(arguments[0]);
    String scale = arguments[1];
    long wideRows = Long.parseLong(arguments[2]);
    Properties properties = new Properties();
    properties.setProperty("extension_directory", arguments[3]);
    properties.setProperty("memory_limit", "2GB");
    properties.setProperty("temp_directory", folder.resolve("temp").toString());
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
        Statement statement = connection.createStatement()) {
      statement.execute("LOAD tpch");
      Path lineitem = folder.resolve("lineitem-" + scale + ".parquet");
      if (!Files.exists(lineitem)) {
        statement.execute("CALL dbgen(sf => " + scale + ")");
        copy(statement, "SELECT * FROM lineitem", lineitem);
      }
      Path wide = folder.resolve("wide-" + wideRows + ".parquet");
      if (!Files.exists(wide)) {
        copy(statement, wideQuery(wideRows), wide);
      }
    }
  }

  private static void copy(Statement statement, String query, Path target) throws SQLException {
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    statement.execute("COPY (" + query + ") TO '" + partial + "' (FORMAT parquet)");
    if (!partial.toFile().renameTo(target.toFile())) {
      throw new IllegalStateException("cannot rename " + partial);
    }
  }

  /** 120 columns: keys, times, codes of few values, texts, numbers, half of them mostly empty. */
  private static String wideQuery(long rows) {
    StringBuilder columns = new StringBuilder("i AS record_id, uuid() AS source_id");
    for (int column = 0; column < 20; column++) {
      columns.append(
          ", TIMESTAMP '2016-01-01' + to_seconds((hash(i, %d) %% 315360000)::BIGINT) AS moment_%d"
              .formatted(column, column));
      columns.append(
          ", 'code-' || (hash(i, %d) %% 500) AS code_%d".formatted(column + 100, column));
      columns.append(
          ", (hash(i, %d) %% 100000) / 100.0 AS amount_%d".formatted(column + 200, column));
      columns.append(
          ", CASE WHEN hash(i, %d) %% 10 = 0 THEN md5(i::VARCHAR || '%d') END AS note_%d"
              .formatted(column + 300, column, column));
      columns.append(
          ", CASE WHEN hash(i, %d) %% 5 = 0 THEN (hash(i, %d) %% 1000)::INTEGER END AS score_%d"
              .formatted(column + 400, column + 500, column));
      columns.append(", hash(i, %d) %% 2 = 0 AS flag_%d".formatted(column + 600, column));
    }
    return "SELECT " + columns + " FROM range(" + rows + ") t(i)";
  }
}
