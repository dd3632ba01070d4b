package tarn.assets.definition;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tarn.base.Json;
import tools.jackson.databind.JsonNode;

/** What the engine says of functions: whether it has them, and whether their result changes. */
final class EngineFunctions {
  /** Said of a session rather than of a clock; each run has the same. */
  private static final Set<String> SAME_IN_EACH_RUN =
      Set.of("current_database", "current_schema", "current_schemas", "in_search_path");

  /** The parser makes them of other syntax, and the engine does not list them. */
  private static final Set<String> UNLISTED =
      Set.of("unnest", "row", "struct_pack", "try", "query", "query_table");

  private static final String QUERY =
      """
      SELECT to_json({
        name: lower(function_name),
        has_values: bool_or(function_type IN ('scalar', 'aggregate', 'macro')),
        changing: bool_or(coalesce(stability, 'CONSISTENT') <> 'CONSISTENT')
          FILTER (function_type IN ('scalar', 'aggregate', 'macro')),
        macros: list(macro_definition) FILTER (function_type = 'macro')})
      FROM duckdb_functions()
      WHERE lower(function_name) IN (SELECT unnest(%s))
      GROUP BY lower(function_name)
      """;

  private final QueryParser parser;
  private final Set<String> unknown;
  private final Set<String> changing = new HashSet<>();

  EngineFunctions(QueryParser parser, Collection<String> functions) {
    this.parser = parser;
    Set<String> asked = new TreeSet<>(functions);
    asked.removeAll(SAME_IN_EACH_RUN);
    asked.removeAll(UNLISTED);
    unknown = new HashSet<>(asked);
    // As values, those that are not said to be the same each time may be anything.
    changing.addAll(asked);
    if (!asked.isEmpty()) {
      parser.texts(QUERY, List.copyOf(asked)).stream()
          .map(Json.mapper()::readTree)
          .forEach(this::read);
    }
  }

  private void read(JsonNode function) {
    String name = function.path("name").asString();
    unknown.remove(name);
    boolean changes =
        !function.path("has_values").asBoolean()
            || function.path("changing").asBoolean()
            || function
                .path("macros")
                .valueStream()
                .map(JsonNode::asString)
                .anyMatch(this::changes);
    if (!changes) {
      changing.remove(name);
    }
  }

  private boolean changes(String macro) {
    JsonNode tree = parser.parse(List.of("SELECT " + macro)).getFirst();
    if (tree.path("error").asBoolean(false)) {
      return true;
    }
    QueryReads reads = QueryWalker.walk(tree.path("statements").path(0));
    new EngineFunctions(parser, reads.functions).mark(reads);
    return reads.isVolatile;
  }

  /** Says of what a query reads what these functions make of it. */
  void mark(QueryReads reads) {
    // A macro of the lake may do anything.
    reads.isVolatile |= reads.functions.stream().anyMatch(changing::contains);
    reads.functions.stream().filter(unknown::contains).forEach(reads.unknownFunctions::add);
    reads.tableFunctions.stream().filter(unknown::contains).forEach(reads.unknownFunctions::add);
  }
}
