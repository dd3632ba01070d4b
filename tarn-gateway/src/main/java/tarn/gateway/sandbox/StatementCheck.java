package tarn.gateway.sandbox;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.TableName;
import tools.jackson.databind.JsonNode;

/**
 * Reads a statement as the engine's own parser does, and refuses whatever is not known to be
 * harmless: it allows kinds of syntax, functions and tables, and forbids nothing by name.
 */
final class StatementCheck {
  private static final int LONGEST_TEXT = 100_000;

  /** Kinds of the parser's nodes; those with a common beginning are in {@link #PREFIXES}. */
  private static final Set<String> KINDS =
      Set.of(
          "SELECT_NODE",
          "SET_OPERATION_NODE",
          "RECURSIVE_CTE_NODE",
          "CTE_NODE",
          "BASE_TABLE",
          "SUBQUERY",
          "JOIN",
          "TABLE_FUNCTION",
          "EMPTY",
          "EXPRESSION_LIST",
          "PIVOT",
          "COLUMN_REF",
          "FUNCTION",
          "VALUE_CONSTANT",
          "CASE_EXPR",
          "STAR",
          "CAST",
          "LAMBDA",
          "LAMBDA_REF",
          "COLLATE",
          "POSITIONAL_REFERENCE",
          "DEFAULT",
          "ARRAY_EXTRACT",
          "ARRAY_SLICE",
          "STRUCT_EXTRACT",
          "ARRAY_CONSTRUCTOR",
          "ORDER_MODIFIER",
          "LIMIT_MODIFIER",
          "LIMIT_PERCENT_MODIFIER",
          "DISTINCT_MODIFIER",
          "ASCENDING",
          "DESCENDING",
          "ORDER_DEFAULT",
          "BETWEEN",
          "TYPE",
          "WINDOW");

  private static final Set<String> PREFIXES =
      Set.of("COMPARE_", "CONJUNCTION_", "OPERATOR_", "WINDOW_", "GROUPING_");

  private final Set<TableName> tables = new TreeSet<>();
  private final Set<String> commonTables = new HashSet<>();
  private final Set<String> builtIn;
  private int lengths;

  private StatementCheck(Set<String> builtIn) {
    this.builtIn = builtIn;
  }

  /**
   * The tables that a statement names.
   *
   * @param session of a sandbox; nothing of the statement is run
   * @throws TarnException {@code query.invalid}, {@code query.not-read-only} or {@code
   *     access.denied}
   */
  static Set<TableName> tablesOf(Session session, String sql) {
    if (sql.length() > LONGEST_TEXT) {
      throw new TarnException(
          ErrorCode.QUERY_LIMIT,
          "The query is longer than " + LONGEST_TEXT + " characters.",
          "Make it shorter.");
    }
    JsonNode tree =
        session
            .queryFirst(
                "SELECT json_serialize_sql(?::VARCHAR)",
                row -> Json.mapper().readTree(row.getString(1)),
                sql)
            .orElseThrow();
    if (tree.path("error").asBoolean()) {
      throw tree.path("error_type").asString("").equals("parser")
          ? invalid("Parser Error: " + tree.path("error_message").asString(""))
          : refused("a statement that is no SELECT, or a PIVOT without IN");
    }
    if (tree.path("statements").size() != 1) {
      throw new TarnException(
          ErrorCode.QUERY_INVALID,
          "There is not exactly one statement.",
          "Send one statement a request.");
    }
    StatementCheck check = new StatementCheck(builtInNames(session));
    check.collectCommonTables(tree);
    check.look(tree.path("statements").get(0));
    return check.tables;
  }

  /** What the engine itself would find by a bare name, such as {@code duckdb_settings}. */
  private static Set<String> builtInNames(Session session) {
    return new HashSet<>(
        session.query(
            "SELECT lower(view_name) FROM duckdb_views() WHERE internal", row -> row.getString(1)));
  }

  private void collectCommonTables(JsonNode node) {
    JsonNode map = node.path("cte_map").path("map");
    map.forEach(
        entry -> {
          String name = entry.path("key").asString("").toLowerCase(Locale.ROOT);
          if (builtIn.contains(name)) {
            throw refused("the name `" + name + "`");
          }
          commonTables.add(name);
        });
    String recursive = node.path("cte_name").asString("").toLowerCase(Locale.ROOT);
    if (!recursive.isEmpty()) {
      if (builtIn.contains(recursive)) {
        throw refused("the name `" + recursive + "`");
      }
      commonTables.add(recursive);
    }
    node.forEach(this::collectCommonTables);
  }

  private void look(JsonNode node) {
    if (node.isObject()) {
      String kind = kind(node);
      switch (kind) {
        case "BASE_TABLE" -> table(node);
        case "TABLE_FUNCTION" -> tableFunction(node.path("function"));
        case "VALUE_CONSTANT" -> {
          return;
        }
        default -> {}
      }
      if (kind.startsWith("WINDOW") || node.path("class").asString("").equals("FUNCTION")) {
        function(node);
      }
      node.properties()
          .forEach(
              entry -> {
                if (!kind.equals("TABLE_FUNCTION") || !entry.getKey().equals("function")) {
                  look(entry.getValue());
                } else {
                  entry.getValue().path("children").forEach(this::look);
                }
              });
    } else {
      node.forEach(this::look);
    }
  }

  private static String kind(JsonNode node) {
    JsonNode type = node.path("type");
    if (!type.isString()) {
      return "";
    }
    String kind = type.asString();
    if (!KINDS.contains(kind) && PREFIXES.stream().noneMatch(kind::startsWith)) {
      throw refused("syntax of the kind " + kind);
    }
    return kind;
  }

  private void table(JsonNode node) {
    String schema = node.path("schema_name").asString("");
    String name = node.path("table_name").asString("");
    if (!node.path("catalog_name").asString("").isEmpty()) {
      throw refused("another database than the lake");
    }
    if (!node.path("at_clause").isNull() && !node.path("at_clause").isMissingNode()) {
      throw refused("AT; name the snapshot in the request instead");
    }
    if (schema.isEmpty() && commonTables.contains(name.toLowerCase(Locale.ROOT))) {
      return;
    }
    tables.add(new TableName(schema.isEmpty() ? "main" : schema, name));
  }

  private void tableFunction(JsonNode function) {
    String name = function.path("function_name").asString("").toLowerCase(Locale.ROOT);
    if (!AllowedFunctions.OF_TABLES.contains(name) || isQualified(function)) {
      throw refused("the table function `" + name + "`");
    }
  }

  private void function(JsonNode node) {
    String name = node.path("function_name").asString("").toLowerCase(Locale.ROOT);
    if (isQualified(node)) {
      throw refused("a function by the name of its schema");
    }
    if (AllowedFunctions.MAKING_LENGTH.contains(name)) {
      boundedLength(node, name);
    } else if (!name.isEmpty() && !AllowedFunctions.holds(name)) {
      throw refused("the function `" + name + "`");
    }
  }

  /** One such call makes some kilobytes of a value; calls of calls could make any number. */
  private void boundedLength(JsonNode node, String name) {
    JsonNode length = node.path("children").path(1);
    JsonNode value = length.path("value").path("value");
    boolean small = value.isIntegralNumber() && value.asLong() <= AllowedFunctions.LONGEST;
    lengths++;
    if (!length.path("type").asString("").equals("VALUE_CONSTANT") || !small || lengths > 1) {
      throw refused(
          "`%s` more than once, or with a length that is no number up to %d"
              .formatted(name, AllowedFunctions.LONGEST));
    }
  }

  private static boolean isQualified(JsonNode function) {
    // The parser itself names `main` for what it makes of brackets and braces.
    return !function.path("catalog").asString("").isEmpty()
        || !Set.of("", "main").contains(function.path("schema").asString(""));
  }

  private static TarnException refused(String what) {
    return new TarnException(
        ErrorCode.QUERY_NOT_READ_ONLY,
        "A query of the service may not use " + what + ".",
        "Write one SELECT over the tables that the key shows.");
  }

  private static TarnException invalid(String message) {
    return new TarnException(ErrorCode.QUERY_INVALID, message, "Mend the query.");
  }
}
