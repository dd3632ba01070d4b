package tarn.assets.definition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tarn.assets.definition.QueryReads.Hidden;
import tarn.assets.definition.QueryText.Place;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tools.jackson.databind.JsonNode;

/** Makes sure that each text is one SELECT, and finds out what it reads. */
final class QueryAnalyzer {
  private static final String NOT_A_SELECT = "Only SELECT statements can be serialized to json!";
  private static final int DEEPEST_NESTING = 8;

  private final QueryParser parser;
  private final Mistakes mistakes;

  QueryAnalyzer(QueryParser parser, Mistakes mistakes) {
    this.parser = parser;
    this.mistakes = mistakes;
  }

  /**
   * A query without a semicolon at its end.
   *
   * @param reads where the query's text was changed for the parser, its places are not known
   */
  record Analyzed(QueryText query, QueryReads reads) {}

  /**
   * All queries in as few calls as possible: a call costs more than a query. Empty where there is a
   * mistake.
   */
  List<Optional<Analyzed>> analyze(List<QueryText> queries) {
    List<Optional<QueryText>> trimmed = queries.stream().map(this::withoutSemicolon).toList();
    // An empty text stands for one that was refused, to keep the places.
    List<JsonNode> trees =
        parser.parse(trimmed.stream().map(query -> query.map(QueryText::text).orElse("")).toList());
    List<Optional<Analyzed>> analyzed = new ArrayList<>();
    for (int index = 0; index < trimmed.size(); index++) {
      JsonNode tree = trees.get(index);
      analyzed.add(
          trimmed
              .get(index)
              .flatMap(
                  query ->
                      mistakes.attempt(Optional.empty(), () -> Optional.of(analyze(query, tree)))));
    }
    markFunctions(analyzed.stream().flatMap(Optional::stream).toList());
    return analyzed;
  }

  private Analyzed analyze(QueryText query, JsonNode tree) {
    QueryReads reads = QueryWalker.walk(statement(query, tree));
    refuseUnknowable(query, reads);
    Analyzed analyzed = new Analyzed(query, reads);
    includeNested(analyzed);
    return analyzed;
  }

  private JsonNode statement(QueryText query, JsonNode tree) {
    JsonNode parsed = tree;
    if (tree.path("error_message").asString("").equals(NOT_A_SELECT)) {
      parsed = notSerialized(query);
    }
    if (parsed.path("error").asBoolean(false)) {
      Place place = query.atCharacter(parsed.path("position").asInt(0));
      throw invalid(
          "%s: %s\n%s"
              .formatted(
                  place.position(), parsed.path("error_message").asString(""), place.excerpt()),
          "Mend the query.");
    }
    JsonNode statements = parsed.path("statements");
    if (statements.isEmpty()) {
      throw invalid(
          query.atCharacter(0).position() + ": there is no query.", "Write one SELECT statement.");
    }
    if (statements.size() > 1) {
      throw invalid(
          "%s: there are %d statements."
              .formatted(query.atCharacter(0).position(), statements.size()),
          "Keep one SELECT; make an asset of its own of each further one.");
    }
    return statements.path(0);
  }

  private JsonNode notSerialized(QueryText query) {
    Place start = query.atCharacter(0);
    if (!parser.isDataPivot(query.text())) {
      throw invalid(
          "%s: this is not a SELECT.\n%s".formatted(start.position(), start.excerpt()),
          "Write one SELECT; Tarn itself writes what it returns to the asset's table.");
    }
    return PivotFromData.parse(parser, query.text())
        .orElseThrow(
            () ->
                invalid(
                    "%s: the tables of this PIVOT cannot be found out, since it takes its columns"
                            .formatted(start.position())
                        + " from the data in several places.",
                    "List the values, as in `PIVOT … ON year IN (2025, 2026)`."));
  }

  private static void refuseUnknowable(QueryText query, QueryReads reads) {
    if (reads.parameters) {
      throw invalid(
          query.atCharacter(0).position() + ": the query has a parameter (`?` or `$1`).",
          "Write the value; nobody could give one.");
    }
    if (!reads.hidden.isEmpty()) {
      Hidden hidden = reads.hidden.getFirst();
      Place place = query.atByte(Math.max(hidden.location(), 0));
      throw invalid(
          "%s: what `%s` reads is not known before the query runs.\n%s"
              .formatted(place.position(), hidden.what(), place.excerpt()),
          "Name the tables as such, or give their names as plain texts.");
    }
  }

  /** What {@code query('…')} runs is a query too. */
  private void includeNested(Analyzed outer) {
    List<String> nested = List.copyOf(outer.reads().nestedQueries);
    for (int depth = 0; !nested.isEmpty(); depth++) {
      if (depth == DEEPEST_NESTING) {
        throw invalid(
            outer.query().atCharacter(0).position() + ": `query` stands in itself too often.",
            "Write the query as a subquery.");
      }
      List<String> deeper = new ArrayList<>();
      for (JsonNode tree : parser.parse(nested)) {
        QueryReads inner = QueryWalker.walk(statement(outer.query(), tree));
        refuseUnknowable(outer.query(), inner);
        outer.reads().include(inner);
        deeper.addAll(inner.nestedQueries);
      }
      nested = deeper;
    }
  }

  private void markFunctions(List<Analyzed> analyzed) {
    Set<String> functions = new HashSet<>();
    for (Analyzed one : analyzed) {
      functions.addAll(one.reads().functions);
      functions.addAll(one.reads().tableFunctions);
    }
    EngineFunctions known = new EngineFunctions(parser, functions);
    analyzed.forEach(one -> known.mark(one.reads()));
  }

  /** An output's query is put into parentheses, so a semicolon at its end must go. */
  private Optional<QueryText> withoutSemicolon(QueryText query) {
    return mistakes.attempt(
        Optional.empty(),
        () -> {
          refuseNul(query);
          return Optional.of(trimmed(query));
        });
  }

  private QueryText trimmed(QueryText query) {
    List<Integer> places = new ArrayList<>();
    List<String> rests = new ArrayList<>();
    String text = query.text();
    for (int place = text.indexOf(';'); place >= 0; place = text.indexOf(';', place + 1)) {
      places.add(place);
      rests.add(text.substring(place + 1));
    }
    List<JsonNode> trees = parser.parse(rests);
    for (int index = 0; index < places.size(); index++) {
      JsonNode tree = trees.get(index);
      // Nothing but space and comments follows, so this one ends the statement.
      if (tree.path("statements").isArray() && tree.path("statements").isEmpty()) {
        return query.withText(text.substring(0, places.get(index)).stripTrailing());
      }
    }
    return query;
  }

  private static void refuseNul(QueryText query) {
    int place = query.text().indexOf('\0');
    if (place >= 0) {
      throw invalid(
          query.atCharacter(query.text().codePointCount(0, place)).position()
              + ": there is a NUL character.",
          "Take it out; the file may not be a text.");
    }
  }

  static TarnException invalid(String message, String remedy) {
    return new TarnException(ErrorCode.ASSET_QUERY_INVALID, message, remedy);
  }
}
