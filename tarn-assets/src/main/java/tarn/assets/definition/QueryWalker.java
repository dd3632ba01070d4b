package tarn.assets.definition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tarn.assets.definition.QueryReads.Hidden;
import tarn.assets.definition.QueryReads.TableReference;
import tools.jackson.databind.JsonNode;

/**
 * Collects what a query reads from the tree that the engine's own parser made of it ({@code
 * json_serialize_sql}). Every part of the tree is visited, so a table is found wherever a query may
 * name one.
 */
final class QueryWalker {
  /** Parsed as columns, they are the clock; the engine's list of functions does not say so. */
  private static final Set<String> CLOCK_COLUMNS =
      Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

  /** They tell the time, though the engine lists them as always the same. */
  private static final Set<String> CLOCK_FUNCTIONS =
      Set.of("current_localtime", "current_localtimestamp");

  /** Table functions whose rows depend on their arguments alone. */
  private static final Set<String> REPEATABLE_TABLE_FUNCTIONS =
      Set.of(
          "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree");

  /** Table functions that are given a table by its name. */
  private static final Set<String> FUNCTIONS_OF_TABLES =
      Set.of(
          "query_table",
          "histogram",
          "histogram_values",
          "table_changes",
          "table_insertions",
          "table_deletions",
          "pragma_table_info",
          "pragma_storage_info");

  private static final Set<String> REPEATABLE_FUNCTIONS_OF_TABLES =
      Set.of("query_table", "histogram", "histogram_values");

  private static final Set<String> FILE_FUNCTIONS =
      Set.of("parquet_scan", "glob", "sniff_csv", "parquet_schema");

  private static final int SEED_IS_NOT_SET = -1;

  private final QueryReads reads = new QueryReads();

  private QueryWalker() {}

  /**
   * @param statement the root of one parsed statement
   */
  static QueryReads walk(JsonNode statement) {
    QueryWalker walker = new QueryWalker();
    walker.visit(statement, new Scope(Set.of(), Set.of()));
    return walker.reads;
  }

  /**
   * Names that stand for subqueries here, in lower case.
   *
   * @param recurring those that a recursive subquery may also call {@code recurring.name}
   */
  private record Scope(Set<String> names, Set<String> recurring) {

    Scope with(String name) {
      return new Scope(plus(names, name), recurring);
    }

    Scope withRecurring(String name) {
      return new Scope(plus(names, name), plus(recurring, name));
    }

    private static Set<String> plus(Set<String> names, String name) {
      Set<String> more = new HashSet<>(names);
      more.add(lower(name));
      return more;
    }
  }

  private void visit(JsonNode node, Scope scope) {
    if (node.isArray()) {
      node.forEach(element -> visit(element, scope));
    } else if (node.isObject()) {
      visitObject(node, scope);
    }
  }

  private void visitObject(JsonNode node, Scope scope) {
    switch (node.path("class").asString("")) {
      case "" -> visitRelation(node, scope);
      case "CONSTANT" -> {
        // Its value may be anything, and reads nothing.
      }
      case "PARAMETER" -> reads.parameters = true;
      case "FUNCTION", "WINDOW" -> {
        function(node);
        visitChildren(node, scope);
      }
      case "COLUMN_REF" -> {
        JsonNode names = node.path("column_names");
        if (names.size() == 1 && CLOCK_COLUMNS.contains(lower(names.path(0).asString()))) {
          reads.isVolatile = true;
        }
      }
      default -> visitChildren(node, scope);
    }
  }

  private void function(JsonNode node) {
    String name = functionName(node);
    reads.functions.add(name);
    // With one argument it counts up to today.
    reads.isVolatile |=
        CLOCK_FUNCTIONS.contains(name) || (name.equals("age") && node.path("children").size() == 1);
  }

  private void visitRelation(JsonNode node, Scope scope) {
    JsonNode sample = node.path("sample");
    if (sample.isObject() && sample.path("seed").asLong(SEED_IS_NOT_SET) == SEED_IS_NOT_SET) {
      reads.isVolatile = true;
    }
    switch (node.path("type").asString("")) {
      case "BASE_TABLE" -> {
        baseTable(node, scope);
        visitChildren(node, scope);
      }
      case "TABLE_FUNCTION" -> {
        tableFunction(node, scope);
        visit(node.path("function").path("children"), scope);
      }
      case "SHOW_REF" -> {
        // SHOW TABLES and its like read the catalog, which any asset may change.
        reads.isVolatile |= !node.path("query").isObject();
        visitChildren(node, scope);
      }
      default -> visitChildren(node, scope);
    }
  }

  /** A WITH's names hold for what comes after them, and in a recursive one also inside it. */
  private void visitChildren(JsonNode node, Scope scope) {
    Scope inner = scope;
    for (JsonNode entry : node.path("cte_map").path("map")) {
      String name = entry.path("key").asString();
      JsonNode query = entry.path("value").path("query").path("node");
      boolean recursive = query.path("type").asString("").equals("RECURSIVE_CTE_NODE");
      visit(entry.path("value"), recursive ? inner.withRecurring(name) : inner);
      inner = inner.with(name);
    }
    for (Map.Entry<String, JsonNode> child : node.properties()) {
      if (!child.getKey().equals("cte_map")) {
        visit(child.getValue(), inner);
      }
    }
  }

  private void baseTable(JsonNode node, Scope scope) {
    String catalog = node.path("catalog_name").asString("");
    String schema = node.path("schema_name").asString("");
    String table = node.path("table_name").asString("");
    boolean subquery =
        catalog.isEmpty()
            && ((schema.isEmpty() && scope.names().contains(lower(table)))
                || (lower(schema).equals("recurring") && scope.recurring().contains(lower(table))));
    if (!subquery) {
      reads.tables.add(new TableReference(catalog, schema, table, location(node)));
    }
  }

  private void tableFunction(JsonNode node, Scope scope) {
    JsonNode function = node.path("function");
    String name = functionName(function);
    JsonNode arguments = function.path("children");
    reads.tableFunctions.add(name);
    if (name.equals("query")) {
      Optional<List<String>> queries = texts(arguments.path(0));
      queries.ifPresentOrElse(
          reads.nestedQueries::addAll, () -> reads.hidden.add(new Hidden(name, location(node))));
    } else if (FUNCTIONS_OF_TABLES.contains(name)) {
      reads.isVolatile |= !REPEATABLE_FUNCTIONS_OF_TABLES.contains(name);
      tableNames(arguments.path(0))
          .ifPresentOrElse(
              tables -> tables.forEach(table -> named(table, location(node), scope)),
              () -> reads.hidden.add(new Hidden(name, location(node))));
    } else if (name.startsWith("ducklake_table_") && arguments.size() >= 3) {
      reads.isVolatile = true;
      List<String> path = new ArrayList<>();
      for (int index = 0; index < 3; index++) {
        texts(arguments.path(index)).ifPresent(path::addAll);
      }
      if (path.size() == 3) {
        named(path, location(node), scope);
      } else {
        reads.hidden.add(new Hidden(name, location(node)));
      }
    } else if (name.equals("json_execute_serialized_sql")) {
      reads.hidden.add(new Hidden(name, location(node)));
    } else if (!REPEATABLE_TABLE_FUNCTIONS.contains(name)) {
      reads.isVolatile = true;
      if (name.startsWith("read_") || FILE_FUNCTIONS.contains(name)) {
        texts(arguments.path(0)).ifPresent(reads.files::addAll);
      }
    }
  }

  private void named(List<String> path, int location, Scope scope) {
    int size = path.size();
    String catalog = size > 2 ? path.get(size - 3) : "";
    String schema = size > 1 ? path.get(size - 2) : "";
    String table = path.getLast();
    if (size > 1 || !scope.names().contains(lower(table))) {
      reads.tables.add(new TableReference(catalog, schema, table, location));
    }
  }

  /** Tables given as `'a.b'`, `a.b` or `['a', 'b']`. */
  private static Optional<List<List<String>>> tableNames(JsonNode argument) {
    if (argument.path("class").asString("").equals("COLUMN_REF")) {
      return Optional.of(
          List.of(argument.path("column_names").valueStream().map(JsonNode::asString).toList()));
    }
    return texts(argument)
        .map(texts -> texts.stream().map(text -> List.of(text.split("\\."))).toList());
  }

  /** One text, or a list of texts, when they stand in the query as such. */
  private static Optional<List<String>> texts(JsonNode argument) {
    JsonNode value = argument.path("value").path("value");
    if (value.isString()) {
      return Optional.of(List.of(value.asString()));
    }
    if (functionName(argument).equals("list_value")) {
      List<String> texts = new ArrayList<>();
      for (JsonNode element : argument.path("children")) {
        Optional<List<String>> one = texts(element);
        if (one.isEmpty()) {
          return Optional.empty();
        }
        texts.addAll(one.get());
      }
      return Optional.of(texts);
    }
    return Optional.empty();
  }

  private static String functionName(JsonNode function) {
    return lower(function.path("function_name").asString(""));
  }

  private static int location(JsonNode node) {
    JsonNode location = node.path("query_location");
    return location.canConvertToInt() ? location.asInt() : -1;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
