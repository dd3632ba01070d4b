package tarn.assets.graph;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.assets.graph.SelectionExpression.Attribute;
import tarn.assets.graph.SelectionExpression.AttributeName;
import tarn.assets.graph.SelectionExpression.Named;
import tarn.assets.graph.SelectionExpression.Reach;

/**
 * Dagster's older form: a key by itself, each {@code +} before or behind it one step, {@code *} all
 * the way: {@code ++omop/person*}. Beyond Dagster, {@code 2+omop/person+1} counts in digits, and a
 * {@code *} inside the key or beside a slash is a wildcard: {@code raw/*}.
 */
final class BareClause {
  private static final Pattern CLAUSE =
      Pattern.compile("(\\*?\\+*|\\d+\\+)([^*+=:]+)(\\+*\\*?|\\+\\d+)");
  private static final Pattern WILDCARD =
      Pattern.compile("[^+=:]*(?:[^+=:*]\\*[^+=:*]|/\\*|\\*/)[^+=:]*");

  private BareClause() {}

  static Optional<SelectionExpression> parse(String clause, int position) {
    if (WILDCARD.matcher(clause).matches()) {
      return Optional.of(new Attribute(AttributeName.KEY, clause));
    }
    Matcher matcher = CLAUSE.matcher(clause);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int upstream = steps(matcher.group(1));
    int downstream = steps(matcher.group(3));
    Named named = new Named(matcher.group(2), position + matcher.start(2));
    return Optional.of(
        upstream == 0 && downstream == 0 ? named : new Reach(named, upstream, downstream));
  }

  private static int steps(String signs) {
    if (signs.contains("*")) {
      return AssetGraph.ALL_THE_WAY;
    }
    String digits = signs.replace("+", "");
    if (digits.isEmpty()) {
      return signs.length();
    }
    return digits.length() > 6 ? AssetGraph.ALL_THE_WAY : Integer.parseInt(digits);
  }
}
