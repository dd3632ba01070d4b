package tarn.assets.definition;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tarn.base.Json;
import tools.jackson.databind.JsonNode;

/** Asks the engine which functions give another result for the same arguments. */
final class FunctionStability {
  /** Said of a session rather than of a clock; each run has the same. */
  private static final Set<String> SAME_IN_EACH_RUN =
      Set.of("current_database", "current_schema", "current_schemas", "in_search_path");

  /** The parser makes them of other syntax, and the engine does not list them. */
  private static final Set<String> UNLISTED = Set.of("unnest", "row", "struct_pack", "try");

  private static final String QUERY =
      """
      SELECT to_json({
        name: lower(function_name),
        changing: bool_or(coalesce(stability, 'CONSISTENT') <> 'CONSISTENT'),
        macros: list(macro_definition) FILTER (macro_definition IS NOT NULL)})
      FROM duckdb_functions()
      WHERE lower(function_name) IN (SELECT unnest(%s))
        AND function_type IN ('scalar', 'aggregate', 'macro')
      GROUP BY lower(function_name)
      """;

  private final QueryParser parser;

  FunctionStability(QueryParser parser) {
    this.parser = parser;
  }

  /** Also those that the engine does not know: a macro of the lake may do anything. */
  Set<String> volatileAmong(Collection<String> functions) {
    Set<String> asked = new TreeSet<>(functions);
    asked.removeAll(SAME_IN_EACH_RUN);
    asked.removeAll(UNLISTED);
    Set<String> found = new HashSet<>(asked);
    if (asked.isEmpty()) {
      return found;
    }
    Map<String, List<String>> macros = new HashMap<>();
    for (String row : parser.texts(QUERY, List.copyOf(asked))) {
      JsonNode function = Json.mapper().readTree(row);
      String name = function.path("name").asString();
      if (!function.path("changing").asBoolean()) {
        found.remove(name);
        List<String> definitions =
            function.path("macros").valueStream().map(JsonNode::asString).toList();
        if (!definitions.isEmpty()) {
          macros.put(name, definitions);
        }
      }
    }
    macros.forEach(
        (name, definitions) -> {
          if (definitions.stream().anyMatch(this::isVolatileExpression)) {
            found.add(name);
          }
        });
    return found;
  }

  private boolean isVolatileExpression(String expression) {
    JsonNode tree = parser.parse(List.of("SELECT " + expression)).getFirst();
    if (tree.path("error").asBoolean(false)) {
      return true;
    }
    QueryReads reads = QueryWalker.walk(tree.path("statements").path(0));
    return reads.isVolatile || !volatileAmong(reads.functions).isEmpty();
  }
}
