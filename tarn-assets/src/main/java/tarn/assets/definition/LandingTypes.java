package tarn.assets.definition;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tarn.assets.landing.LandingSource.Column;
import tarn.base.Nearest;
import tools.jackson.databind.JsonNode;

/** Makes sure that the engine knows the types of landing columns. */
final class LandingTypes {
  private static final String KNOWN_TYPES = "SELECT DISTINCT lower(type_name) FROM duckdb_types()";

  private final QueryParser parser;

  LandingTypes(QueryParser parser) {
    this.parser = parser;
  }

  private record Declared(TableReader declaration, Column column) {}

  void check(List<Draft> drafts, Mistakes mistakes) {
    List<Declared> declared = new ArrayList<>();
    for (Draft draft : drafts) {
      if (draft.body() instanceof AssetBody.Landing(var source)
          && draft.declaration().isPresent()) {
        TableReader landing = draft.declaration().get().table("landing").orElseThrow();
        TableReader columns = landing.table("columns").orElse(landing);
        source.columns().forEach(column -> declared.add(new Declared(columns, column)));
      }
    }
    List<JsonNode> trees =
        parser.parse(
            declared.stream()
                .map(one -> "SELECT CAST(NULL AS " + one.column().type() + ")")
                .toList());
    for (int index = 0; index < declared.size(); index++) {
      Declared one = declared.get(index);
      JsonNode tree = trees.get(index);
      mistakes.attempt(() -> check(one, tree));
    }
  }

  private void check(Declared declared, JsonNode tree) {
    JsonNode selected = tree.path("statements").path(0).path("node").path("select_list");
    boolean oneCast =
        tree.path("statements").size() == 1
            && selected.size() == 1
            && selected.path(0).path("class").asString("").equals("CAST")
            && tree.path("statements")
                .path(0)
                .path("node")
                .path("from_table")
                .path("type")
                .asString("")
                .equals("EMPTY");
    if (!oneCast) {
      throw wrong(declared, "");
    }
    Set<String> unbound = new LinkedHashSet<>();
    collectUnbound(selected.path(0).path("cast_type"), unbound);
    if (!unbound.isEmpty()) {
      List<String> known = parser.texts(KNOWN_TYPES, List.of());
      for (String name : unbound) {
        if (!known.contains(name)) {
          throw wrong(declared, Nearest.hint(name, known));
        }
      }
    }
  }

  private static void collectUnbound(JsonNode node, Set<String> names) {
    if (node.path("id").asString("").equals("UNBOUND")) {
      names.add(node.path("type_info").path("name").asString("").toLowerCase(Locale.ROOT));
    }
    node.forEach(child -> collectUnbound(child, names));
  }

  private static RuntimeException wrong(Declared declared, String hint) {
    return declared
        .declaration()
        .error(
            declared.column().name(),
            "is `%s`, no type that the engine knows%s"
                .formatted(declared.column().type(), hint.isEmpty() ? "." : hint),
            "Write a type as in SQL, such as VARCHAR, BIGINT, DATE or DECIMAL(10,2).");
  }
}
