package tarn.assets.definition;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import tarn.base.Json;
import tarn.lake.EngineErrors;
import tarn.lake.Sql;
import tools.jackson.databind.JsonNode;

/**
 * The engine's own parser, on an engine without a lake: it knows no tables, and so tells what a
 * query says and not what the lake holds. Started when first asked.
 */
final class QueryParser implements AutoCloseable {
  private static final String EACH =
      " FROM (SELECT unnest(texts) AS query, unnest(range(len(texts))) AS place"
          + " FROM (SELECT %s AS texts)) ORDER BY place";

  private static final String DATA_PIVOT = "PIVOT statements with pivot elements extracted";

  private @Nullable Connection connection;

  /** Each text as {@code json_serialize_sql} gives it: a tree, or what is wrong with it. */
  List<JsonNode> parse(List<String> queries) {
    if (queries.isEmpty()) {
      return List.of();
    }
    return texts("SELECT json_serialize_sql(query)" + EACH, queries).stream()
        .map(text -> Json.mapper().readTree(text))
        .toList();
  }

  /** For each text what kind of error keeps it from being a tree; empty when nothing does. */
  List<String> errorTypes(List<String> queries) {
    return queries.isEmpty()
        ? List.of()
        : texts(
            "SELECT coalesce(json_extract_string(json_serialize_sql(query), '$.error_type'), '')"
                + EACH,
            queries);
  }

  /** Whether the text is a query that takes the columns of a PIVOT from the data. */
  boolean isDataPivot(String query) {
    try (Statement statement = connection().createStatement()) {
      statement.execute("CREATE OR REPLACE TEMPORARY VIEW probe AS " + query);
      return false;
    } catch (SQLException e) {
      return String.valueOf(e.getMessage()).contains(DATA_PIVOT);
    }
  }

  /** The first column of a query's rows, in which {@code %s} stands for a list of texts. */
  List<String> texts(String query, List<String> parameters) {
    try (Statement statement = connection().createStatement();
        ResultSet rows = statement.executeQuery(query.replace("%s", Sql.literals(parameters)))) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(Optional.ofNullable(rows.getString(1)).orElse(""));
      }
      return texts;
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      Properties properties = new Properties();
      properties.setProperty("threads", "1");
      properties.setProperty("autoinstall_known_extensions", "false");
      properties.setProperty("autoload_known_extensions", "false");
      properties.setProperty("enable_external_access", "false");
      open = DriverManager.getConnection("jdbc:duckdb:", properties);
      connection = open;
    }
    return open;
  }

  @Override
  public void close() {
    Connection open = connection;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        throw EngineErrors.translate(e);
      }
    }
  }
}
