package tarn.lake.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads types as the engine writes them: {@code STRUCT("a b" DECIMAL(4,1)[], c MAP(DATE, BLOB))}.
 */
final class EngineTypeParser {
  private final String text;
  private int at;

  EngineTypeParser(String text) {
    this.text = text;
  }

  EngineType parse() {
    EngineType type = type();
    if (at != text.length()) {
      throw new IllegalArgumentException("the engine's type `" + text + "` is unreadable at " + at);
    }
    return type;
  }

  private EngineType type() {
    EngineType type = base();
    while (at < text.length() && text.charAt(at) == '[') {
      at = text.indexOf(']', at) + 1;
      type = new EngineType.Listed(type);
    }
    return type;
  }

  private EngineType base() {
    int start = at;
    while (at < text.length() && "[(,)".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String name = text.substring(start, at).strip().toUpperCase(Locale.ROOT);
    if (at == text.length() || text.charAt(at) != '(') {
      return new EngineType.Scalar(name);
    }
    return switch (name) {
      case "STRUCT" -> new EngineType.Struct(members());
      case "UNION" -> new EngineType.Union(members());
      case "MAP" -> map();
      default -> {
        skipArguments();
        yield new EngineType.Scalar(name);
      }
    };
  }

  private EngineType map() {
    at++;
    EngineType key = type();
    skipSeparator();
    EngineType value = type();
    at++;
    return new EngineType.MapOf(key, value);
  }

  private List<EngineType.Member> members() {
    List<EngineType.Member> members = new ArrayList<>();
    while (text.charAt(at) != ')') {
      skipSeparator();
      members.add(new EngineType.Member(memberName(), type()));
    }
    at++;
    return List.copyOf(members);
  }

  /** The parenthesis or comma before a member, and the space after it. */
  private void skipSeparator() {
    at++;
    while (text.charAt(at) == ' ') {
      at++;
    }
  }

  /** A type's own name is never followed by a space and another word, but for those of time. */
  private String memberName() {
    if (text.charAt(at) == '"') {
      int start = at;
      at = endOfQuoted(at, '"');
      String name = text.substring(start + 1, at - 1).replace("\"\"", "\"");
      at++;
      return name;
    }
    int end = at;
    while (end < text.length() && " [(,)".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    boolean named =
        end < text.length()
            && text.charAt(end) == ' '
            && !text.startsWith("WITH TIME ZONE", end + 1);
    if (!named) {
      return "";
    }
    String name = text.substring(at, end);
    at = end + 1;
    return name;
  }

  private void skipArguments() {
    int depth = 0;
    do {
      char next = text.charAt(at);
      if (next == '\'' || next == '"') {
        at = endOfQuoted(at, next);
        continue;
      }
      depth += next == '(' ? 1 : next == ')' ? -1 : 0;
      at++;
    } while (depth > 0);
  }

  private int endOfQuoted(int start, char quote) {
    int end = start + 1;
    while (text.charAt(end) != quote || text.startsWith(String.valueOf(quote), end + 1)) {
      end += text.charAt(end) == quote ? 2 : 1;
    }
    return end + 1;
  }
}
