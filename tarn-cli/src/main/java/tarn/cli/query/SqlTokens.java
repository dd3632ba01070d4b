package tarn.cli.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of a text of SQL, without comments and space. It knows just enough of the engine's
 * lexical rules to tell where a statement ends; what the statement says is asked of the engine.
 */
final class SqlTokens {
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private SqlTokens(String text) {
    this.text = text;
  }

  /**
   * @param start where it begins in the text
   * @param end where the text goes on after it
   */
  record Token(String text, int start, int end) {

    /** A keyword or a name, with its quotes off, in lower case. */
    String word() {
      boolean quoted = text.length() > 1 && text.startsWith("\"");
      return (quoted ? text.substring(1, text.length() - 1) : text).toLowerCase(Locale.ROOT);
    }
  }

  static List<Token> of(String text) {
    SqlTokens reader = new SqlTokens(text);
    while (reader.at < text.length()) {
      reader.next();
    }
    return List.copyOf(reader.tokens);
  }

  private void next() {
    char first = text.charAt(at);
    if (Character.isWhitespace(first)) {
      at++;
    } else if (text.startsWith("--", at)) {
      at = endOf("\n", at + 2);
    } else if (text.startsWith("/*", at)) {
      skipBlockComment();
    } else {
      int start = at;
      at = endOfToken(first);
      tokens.add(new Token(text.substring(start, at), start, at));
    }
  }

  private int endOfToken(char first) {
    if (first == '\'' || first == '"') {
      return endOfQuoted(at + 1, first);
    }
    if ((first == 'e' || first == 'E') && text.startsWith("'", at + 1)) {
      return endOfEscaped(at + 2);
    }
    if (first == '$') {
      return endOfDollarQuoted();
    }
    int end = at + 1;
    while (isWord(first) && end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWord(char character) {
    return Character.isLetterOrDigit(character) || character == '_' || character == '$';
  }

  /** A doubled quote stands for one: the string simply goes on as another. */
  private int endOfQuoted(int from, char quote) {
    int end = endOf(String.valueOf(quote), from);
    while (end < text.length() && text.charAt(end) == quote) {
      end = endOf(String.valueOf(quote), end + 1);
    }
    return end;
  }

  private int endOfEscaped(int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\'') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(end + 1, text.length());
  }

  private int endOfDollarQuoted() {
    int close = text.indexOf('$', at + 1);
    if (close < 0 || !text.substring(at + 1, close).chars().allMatch(c -> isWord((char) c))) {
      return at + 1;
    }
    return endOf(text.substring(at, close + 1), close + 1);
  }

  /** The engine lets comments lie in one another. */
  private void skipBlockComment() {
    int depth = 0;
    do {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < text.length());
  }

  private int endOf(String mark, int from) {
    int found = text.indexOf(mark, from);
    return found < 0 ? text.length() : found + mark.length();
  }
}
