package tarn.assets.graph;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.assets.graph.SelectionExpression.All;
import tarn.assets.graph.SelectionExpression.And;
import tarn.assets.graph.SelectionExpression.Attribute;
import tarn.assets.graph.SelectionExpression.AttributeName;
import tarn.assets.graph.SelectionExpression.Named;
import tarn.assets.graph.SelectionExpression.Not;
import tarn.assets.graph.SelectionExpression.Or;
import tarn.assets.graph.SelectionExpression.Reach;
import tarn.assets.graph.SelectionExpression.Roots;
import tarn.assets.graph.SelectionExpression.Sinks;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;

/**
 * Reads Dagster's asset selection syntax.
 *
 * <pre>
 * selection  = expression { [","] expression }        a list selects what any of its parts selects
 * expression = and { "or" and }
 * and        = not { "and" not }
 * not        = "not" not | "*" | reach
 * reach      = [[digits] "+"] operand ["+" [digits]]  without digits: all the way
 * operand    = attribute | ("roots" | "sinks") "(" expression ")" | "(" expression ")"
 * attribute  = ("key" | "tag" | "group" | "kind" | "owner") ":" value ["=" value]
 * </pre>
 *
 * <p>An older form of it, {@link BareClause}, stands wherever a {@code reach} may: a key without
 * {@code key:}, with one {@code +} for each step.
 */
final class SelectionParser {
  static final String REMEDY =
      "Examples: `omop/person`, `+key:\"omop/person\"`, `tag:layer=raw and not group:omop`, `*`; see"
          + " docs/reference/selection.md.";

  private static final String ENDS_OF_WORDS = " \t\r\n,()\"";

  private final String text;
  private int position;

  private SelectionParser(String text) {
    this.text = text;
  }

  static SelectionExpression parse(String text) {
    SelectionParser parser = new SelectionParser(text);
    return parser.selection();
  }

  private SelectionExpression selection() {
    SelectionExpression all = expression();
    boolean onlyClauses = isClause(all);
    while (!atEnd()) {
      boolean comma = accept(',');
      if (!comma && !onlyClauses) {
        throw error("`and`, `or`, a comma or the end is missing here");
      }
      SelectionExpression next = expression();
      onlyClauses &= isClause(next);
      if (!comma && !onlyClauses) {
        throw error("`and`, `or` or a comma is missing before this");
      }
      all = new Or(all, next);
    }
    return all;
  }

  /** Only such parts may stand in a list without commas: between others a word may be missing. */
  private static boolean isClause(SelectionExpression expression) {
    return switch (expression) {
      case Named _, Attribute _, All _ -> true;
      case Reach(SelectionExpression of, int _, int _) -> isClause(of);
      case Roots _, Sinks _, Not _, And _, Or _ -> false;
    };
  }

  private SelectionExpression expression() {
    SelectionExpression left = and();
    while (acceptWord("or")) {
      left = new Or(left, and());
    }
    return left;
  }

  private SelectionExpression and() {
    SelectionExpression left = not();
    while (acceptWord("and")) {
      left = new And(left, not());
    }
    return left;
  }

  private SelectionExpression not() {
    if (acceptWord("not")) {
      return new Not(not());
    }
    skipSpace();
    if (position < text.length() && text.charAt(position) == '*' && endsWord(position + 1)) {
      position++;
      return new All();
    }
    return reach();
  }

  private SelectionExpression reach() {
    skipSpace();
    int start = position;
    Optional<Integer> upstream = upstreamSteps();
    Optional<SelectionExpression> operand = operand();
    if (operand.isEmpty()) {
      position = start;
      return bareClause();
    }
    int downstream = downstreamSteps();
    return upstream.isEmpty() && downstream == 0
        ? operand.get()
        : new Reach(operand.get(), upstream.orElse(0), downstream);
  }

  private Optional<Integer> upstreamSteps() {
    int start = position;
    String digits = digits();
    if (accept('+')) {
      return Optional.of(steps(digits));
    }
    position = start;
    return Optional.empty();
  }

  private int downstreamSteps() {
    return accept('+') ? steps(digits()) : 0;
  }

  private int steps(String digits) {
    if (digits.isEmpty()) {
      return AssetGraph.ALL_THE_WAY;
    }
    return digits.length() > 6 ? AssetGraph.ALL_THE_WAY : Integer.parseInt(digits);
  }

  private String digits() {
    skipSpace();
    int start = position;
    while (position < text.length() && "0123456789".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    return text.substring(start, position);
  }

  /** Empty when what stands here is a bare key. */
  private Optional<SelectionExpression> operand() {
    if (accept('(')) {
      return Optional.of(closed(expression()));
    }
    skipSpace();
    int start = position;
    String word = nameAhead();
    position += word.length();
    if (List.of("roots", "sinks").contains(word) && accept('(')) {
      SelectionExpression of = closed(expression());
      return Optional.of(word.equals("roots") ? new Roots(of) : new Sinks(of));
    }
    if (!word.isEmpty() && accept(':')) {
      return Optional.of(attribute(word, start));
    }
    position = start;
    return Optional.empty();
  }

  private SelectionExpression closed(SelectionExpression expression) {
    if (!accept(')')) {
      throw error("a closing parenthesis is missing here");
    }
    return expression;
  }

  private Attribute attribute(String word, int start) {
    List<String> known =
        Stream.of(AttributeName.values())
            .map(name -> name.name().toLowerCase(Locale.ROOT))
            .toList();
    if (!known.contains(word)) {
      position = start;
      throw error(
          "`%s:` is nothing to select by%s; known are %s"
              .formatted(word, Nearest.hint(word, known), String.join(", ", known)));
    }
    AttributeName name = AttributeName.valueOf(word.toUpperCase(Locale.ROOT));
    String value = value("+=");
    if (name == AttributeName.TAG) {
      value += "=" + (accept('=') ? value("+") : "");
    }
    return new Attribute(name, value);
  }

  private String value(String furtherEnds) {
    skipSpace();
    int start = position;
    if (position < text.length() && text.charAt(position) == '"') {
      int end = text.indexOf('"', position + 1);
      if (end < 0) {
        throw error("this quote is never closed");
      }
      position = end + 1;
      return text.substring(start + 1, end);
    }
    while (position < text.length()
        && (ENDS_OF_WORDS + furtherEnds).indexOf(text.charAt(position)) < 0) {
      position++;
    }
    if (position == start && !furtherEnds.equals("+")) {
      throw error("a value is missing here");
    }
    return text.substring(start, position);
  }

  private SelectionExpression bareClause() {
    skipSpace();
    int start = position;
    while (position < text.length() && ENDS_OF_WORDS.indexOf(text.charAt(position)) < 0) {
      position++;
    }
    String clause = text.substring(start, position);
    Optional<SelectionExpression> read = BareClause.parse(clause, start);
    if (read.isEmpty()) {
      position = start;
      throw error(
          position == text.length() ? "something to select is missing here" : "this is no asset");
    }
    return read.get();
  }

  private String nameAhead() {
    int end = position;
    while (end < text.length()
        && (Character.isLetter(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    return text.substring(position, end);
  }

  /** `and` and `AND` are words of the language, `And` is not: so it is in Dagster. */
  private boolean acceptWord(String word) {
    skipSpace();
    boolean there =
        (text.startsWith(word, position)
                || text.startsWith(word.toUpperCase(Locale.ROOT), position))
            && endsWord(position + word.length());
    position += there ? word.length() : 0;
    return there;
  }

  private boolean endsWord(int place) {
    return place >= text.length() || ENDS_OF_WORDS.indexOf(text.charAt(place)) >= 0;
  }

  private boolean accept(char wanted) {
    skipSpace();
    boolean there = position < text.length() && text.charAt(position) == wanted;
    position += there ? 1 : 0;
    return there;
  }

  private boolean atEnd() {
    skipSpace();
    return position == text.length();
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private TarnException error(String complaint) {
    return error(text, position, complaint);
  }

  static TarnException error(String text, int position, String complaint) {
    String shown = text.replaceAll("\\s", " ");
    return new TarnException(
        ErrorCode.SELECTION_INVALID,
        "The selection cannot be read: %s.\n  %s\n  %s^"
            .formatted(complaint, shown, " ".repeat(position)),
        REMEDY);
  }
}
