package tarn.assets.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads types as the engine's {@code DESCRIBE} writes them. */
final class SqlTypeParser {
  private final String text;
  private int at;

  SqlTypeParser(String text) {
    this.text = text;
  }

  SqlType parse() {
    SqlType type = type();
    if (at != text.length()) {
      throw unreadable();
    }
    return type;
  }

  private SqlType type() {
    SqlType type = base();
    while (at < text.length() && text.charAt(at) == '[') {
      int end = text.indexOf(']', at);
      String length = text.substring(at + 1, end);
      at = end + 1;
      type =
          length.isEmpty()
              ? new SqlType.ListOf(type)
              : new SqlType.ArrayOf(type, Integer.parseInt(length));
    }
    return type;
  }

  private SqlType base() {
    int start = at;
    if (text.startsWith("\"", at)) {
      // The engine writes the type of a bare NULL as "NULL".
      return new SqlType.Simple('"' + quoted() + '"');
    }
    while (at < text.length() && "[(,)".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String name = text.substring(start, at).strip();
    if (name.isEmpty()) {
      throw unreadable();
    }
    if (at == text.length() || text.charAt(at) != '(') {
      return new SqlType.Simple(name);
    }
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "DECIMAL" -> decimal();
      case "STRUCT" -> struct();
      case "MAP" -> map();
      default -> new SqlType.Other(name, arguments());
    };
  }

  private SqlType decimal() {
    String[] numbers = arguments().split(",", -1);
    return new SqlType.Decimal(
        Integer.parseInt(numbers[0].strip()), Integer.parseInt(numbers[1].strip()));
  }

  private SqlType map() {
    expect("(");
    SqlType key = type();
    expect(", ");
    SqlType value = type();
    expect(")");
    return new SqlType.MapOf(key, value);
  }

  private SqlType struct() {
    List<SqlType.Field> fields = new ArrayList<>();
    expect("(");
    while (true) {
      String name = text.startsWith("\"", at) ? quoted() : word();
      expect(" ");
      fields.add(new SqlType.Field(name, type()));
      if (text.startsWith(")", at)) {
        at++;
        return new SqlType.StructOf(fields);
      }
      expect(", ");
    }
  }

  private String word() {
    int end = text.indexOf(' ', at);
    if (end < 0) {
      throw unreadable();
    }
    String word = text.substring(at, end);
    at = end;
    return word;
  }

  private String quoted() {
    StringBuilder name = new StringBuilder();
    at++;
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next != '"') {
        name.append(next);
      } else if (text.startsWith("\"", at)) {
        name.append('"');
        at++;
      } else {
        return name.toString();
      }
    }
    throw unreadable();
  }

  /** What stands between a pair of parentheses; strings inside may hold some of their own. */
  private String arguments() {
    int start = at + 1;
    int depth = 0;
    char quote = 0;
    for (; at < text.length(); at++) {
      char next = text.charAt(at);
      if (quote != 0) {
        quote = next == quote ? 0 : quote;
      } else if (next == '\'' || next == '"') {
        quote = next;
      } else if (next == '(') {
        depth++;
      } else if (next == ')' && --depth == 0) {
        at++;
        return text.substring(start, at - 1);
      }
    }
    throw unreadable();
  }

  private void expect(String token) {
    if (!text.startsWith(token, at)) {
      throw unreadable();
    }
    at += token.length();
  }

  private IllegalArgumentException unreadable() {
    return new IllegalArgumentException("the engine's type `" + text + "` is unreadable at " + at);
  }
}
