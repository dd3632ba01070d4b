package tarn.assets.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tarn.lake.TableName;
import tools.jackson.databind.JsonNode;

/** Looks names up in the lake, which is asked at most once, and not before it must be. */
final class LakeNames {
  private final QueryParser parser;
  private final LakeTables lake;
  private Optional<LakeRelations> asked = Optional.empty();

  LakeNames(QueryParser parser, LakeTables lake) {
    this.parser = parser;
    this.lake = lake;
  }

  /** The table or view as the lake itself spells it; case makes no difference. */
  Optional<TableName> find(TableName name) {
    return all().filter(stored -> lower(stored).equals(lower(name))).findFirst();
  }

  Set<TableName> names() {
    return all().collect(Collectors.toSet());
  }

  /** What a view's query reads; empty when {@code name} is a table. */
  Optional<QueryReads> readByView(TableName name) {
    return Optional.ofNullable(relations().views().get(name)).flatMap(this::parsed);
  }

  /** What macros of that name read, whatever schema they are in. */
  List<QueryReads> readByMacros(String name) {
    List<QueryReads> reads = new ArrayList<>();
    for (String definition :
        relations().macros().getOrDefault(name.toLowerCase(Locale.ROOT), List.of())) {
      // Of a macro that gives a value, the definition is an expression.
      parsed(definition).or(() -> parsed("SELECT " + definition)).ifPresent(reads::add);
    }
    return reads;
  }

  private Optional<QueryReads> parsed(String query) {
    JsonNode tree = parser.parse(List.of(query)).getFirst();
    if (tree.path("error").asBoolean(false)) {
      return Optional.empty();
    }
    QueryReads reads = QueryWalker.walk(tree.path("statements").path(0));
    List<String> functions = new ArrayList<>(reads.functions);
    functions.addAll(reads.tableFunctions);
    new EngineFunctions(parser, functions).mark(reads);
    return Optional.of(reads);
  }

  private Stream<TableName> all() {
    return Stream.concat(relations().tables().stream(), relations().views().keySet().stream());
  }

  private LakeRelations relations() {
    LakeRelations relations = asked.orElseGet(lake::relations);
    asked = Optional.of(relations);
    return relations;
  }

  /** The engine's names do not tell case apart. */
  static TableName lower(TableName table) {
    return new TableName(
        table.schema().toLowerCase(Locale.ROOT), table.table().toLowerCase(Locale.ROOT));
  }
}
