package tarn.gateway.lineage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import tarn.base.Json;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tools.jackson.databind.JsonNode;

/**
 * Finds out which columns a query's columns are made from, from the engine's own plan of it: names,
 * stars, aliases and subqueries have been resolved there. The plan is made by an engine that holds
 * empty tables with the same columns.
 */
public final class ColumnLineage {
  private ColumnLineage() {}

  /**
   * What a query's columns are made from.
   *
   * @param exact whether each source is one; otherwise the plan holds something that is not
   *     understood, and every column below it counts as a source
   */
  public record Result(Map<String, SortedSet<ColumnSource>> columns, boolean exact) {}

  /**
   * @param tables every table that the query names, with its columns' types
   * @throws SQLException when the engine cannot plan the query over these tables
   */
  public static Result of(String query, Map<TableName, Map<String, String>> tables)
      throws SQLException {
    try (Connection engine = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = engine.createStatement()) {
      for (Map.Entry<TableName, Map<String, String>> table : tables.entrySet()) {
        String name =
            Sql.identifier(table.getKey().schema()) + "." + Sql.identifier(table.getKey().table());
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + Sql.identifier(table.getKey().schema()));
        List<String> columns = new ArrayList<>();
        table
            .getValue()
            .forEach((column, type) -> columns.add(Sql.identifier(column) + " " + type));
        statement.execute("CREATE TABLE " + name + " (" + String.join(", ", columns) + ")");
      }
      List<String> names = names(engine, query);
      PlanReader reader = new PlanReader();
      List<SortedSet<ColumnSource>> sources = reader.read(plan(engine, query));
      Map<String, SortedSet<ColumnSource>> columns = new LinkedHashMap<>();
      for (int at = 0; at < Math.min(names.size(), sources.size()); at++) {
        columns.put(names.get(at), sources.get(at));
      }
      return new Result(columns, reader.isExact() && names.size() == sources.size());
    }
  }

  private static List<String> names(Connection engine, String query) throws SQLException {
    try (PreparedStatement statement = engine.prepareStatement(query)) {
      List<String> names = new ArrayList<>();
      for (int at = 1; at <= statement.getMetaData().getColumnCount(); at++) {
        names.add(statement.getMetaData().getColumnName(at));
      }
      return names;
    }
  }

  private static JsonNode plan(Connection engine, String query) throws SQLException {
    try (PreparedStatement statement =
        engine.prepareStatement("SELECT json_serialize_plan(?::VARCHAR, optimize := false)")) {
      statement.setString(1, query);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        JsonNode document = Json.mapper().readTree(rows.getString(1));
        if (document.path("error").asBoolean()) {
          throw new SQLException(document.path("error_message").asString("no plan"));
        }
        return document.path("plans").path(0);
      }
    }
  }
}
