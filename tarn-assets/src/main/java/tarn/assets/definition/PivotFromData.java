package tarn.assets.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Parses a query with a PIVOT that takes its columns from the data. The engine turns it into two
 * statements and so cannot show it as a tree; with a list of values (<code>ON year IN (0)</code>)
 * it can, and reads the same tables. Where the list has to go, the parser itself is asked: it is
 * put behind each word until the query becomes a tree. Behind a wrong word it is an error, or
 * changes an expression, but can never name another table.
 */
final class PivotFromData {
  private static final String VALUES = " IN (0)";
  private static final String PIVOT = "pivot";

  private PivotFromData() {}

  /** The tree of the query with up to two such lists put in. */
  static Optional<JsonNode> parse(QueryParser parser, String query) {
    List<Integer> places = wordEnds(query);
    List<String> once = places.stream().map(place -> insert(query, place)).toList();
    List<String> errors = parser.errorTypes(once);
    int found = errors.indexOf("");
    if (found >= 0) {
      return Optional.of(parser.parse(List.of(once.get(found))).getFirst());
    }
    List<Integer> possible = new ArrayList<>();
    for (int index = 0; index < places.size(); index++) {
      if (!errors.get(index).equals("parser")) {
        possible.add(places.get(index));
      }
    }
    List<String> twice = new ArrayList<>();
    for (int first = 0; first < possible.size(); first++) {
      for (int second = first + 1; second < possible.size(); second++) {
        twice.add(insert(insert(query, possible.get(second)), possible.get(first)));
      }
    }
    int foundTwice = twice.isEmpty() ? -1 : parser.errorTypes(twice).indexOf("");
    return foundTwice < 0
        ? Optional.empty()
        : Optional.of(parser.parse(List.of(twice.get(foundTwice))).getFirst());
  }

  private static String insert(String query, int place) {
    return query.substring(0, place) + VALUES + query.substring(place);
  }

  private static List<Integer> wordEnds(String query) {
    List<Integer> ends = new ArrayList<>();
    int start = query.toLowerCase(Locale.ROOT).indexOf(PIVOT) + PIVOT.length();
    for (int place = start; place <= query.length(); place++) {
      boolean afterWord = !Character.isWhitespace(query.charAt(place - 1));
      if (afterWord && (place == query.length() || endsWord(query.charAt(place)))) {
        ends.add(place);
      }
    }
    return ends;
  }

  private static boolean endsWord(char c) {
    return Character.isWhitespace(c) || ",);-/".indexOf(c) >= 0;
  }
}
