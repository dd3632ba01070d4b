package tarn.station.toml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the line of each key of a TOML text. It trusts that a parser has accepted the text (or all
 * of it before an error), and so knows no more of the grammar than where keys, strings and brackets
 * are.
 */
final class TomlLocations {
  /** A key that is given a value a second time. */
  record Repeated(List<String> path, int line) {}

  private final String text;
  private final Map<List<String>, Integer> lines = new HashMap<>();
  private final Map<List<String>, Integer> tableArrays = new HashMap<>();
  private final Set<List<String>> valued = new HashSet<>();
  private @Nullable Repeated repeated;
  private int position;
  private int line = 1;

  private TomlLocations(String text) {
    this.text = text;
  }

  static TomlLocations of(String text) {
    TomlLocations locations = new TomlLocations(text);
    locations.scan();
    return locations;
  }

  Map<List<String>, Integer> lines() {
    return lines;
  }

  @Nullable Repeated repeated() {
    return repeated;
  }

  private void scan() {
    List<String> table = List.of();
    skipBlank();
    while (!atEnd()) {
      int before = position;
      if (peek() == '[') {
        table = tableHeader();
      } else {
        keyAndValue(table);
      }
      skipBlank();
      if (position == before) {
        return;
      }
    }
  }

  private List<String> tableHeader() {
    position++;
    boolean ofArray = !atEnd() && peek() == '[';
    if (ofArray) {
      position++;
    }
    int at = line;
    List<String> path = new ArrayList<>();
    List<String> keys = keys(']');
    for (int index = 0; index < keys.size(); index++) {
      path.add(keys.get(index));
      lines.putIfAbsent(List.copyOf(path), at);
      if (ofArray && index == keys.size() - 1) {
        tableArrays.merge(List.copyOf(path), 0, (count, _) -> count + 1);
      }
      Integer element = tableArrays.get(path);
      if (element != null) {
        path.add(element.toString());
        lines.putIfAbsent(List.copyOf(path), at);
      }
    }
    while (!atEnd() && peek() == ']') {
      position++;
    }
    return List.copyOf(path);
  }

  private void keyAndValue(List<String> table) {
    int at = line;
    List<String> path = new ArrayList<>(table);
    for (String key : keys('=')) {
      path.add(key);
      lines.putIfAbsent(List.copyOf(path), at);
    }
    if (atEnd() || peek() != '=') {
      return;
    }
    position++;
    List<String> full = List.copyOf(path);
    if (!full.equals(table) && !valued.add(full) && repeated == null) {
      repeated = new Repeated(full, at);
    }
    skipSpaces();
    value(full);
  }

  private void value(List<String> path) {
    if (atEnd()) {
      return;
    }
    switch (peek()) {
      case '"', '\'' -> string();
      case '[' -> array(path);
      case '{' -> inlineTable(path);
      default -> {
        while (!atEnd() && ",]}#\r\n".indexOf(peek()) < 0) {
          position++;
        }
      }
    }
  }

  private void array(List<String> path) {
    position++;
    int index = 0;
    while (skipToElement(']')) {
      int before = position;
      List<String> element = new ArrayList<>(path);
      element.add(Integer.toString(index++));
      lines.putIfAbsent(List.copyOf(element), line);
      value(List.copyOf(element));
      if (position == before) {
        return;
      }
    }
  }

  private void inlineTable(List<String> path) {
    position++;
    while (skipToElement('}')) {
      int before = position;
      keyAndValue(path);
      if (position == before) {
        return;
      }
    }
  }

  /** Moves to the next element, or over the closing bracket: then false. */
  private boolean skipToElement(char close) {
    skipBlank();
    while (!atEnd() && peek() == ',') {
      position++;
      skipBlank();
    }
    if (!atEnd() && peek() == close) {
      position++;
      return false;
    }
    return !atEnd();
  }

  /** Reads {@code a."b c".d} up to {@code end} or the end of the line. */
  private List<String> keys(char end) {
    List<String> keys = new ArrayList<>();
    StringBuilder bare = new StringBuilder();
    while (!atEnd() && peek() != end && peek() != '\n') {
      char c = peek();
      if (c == '"' || c == '\'') {
        keys.add(string());
      } else if (c == '.' || c == ' ' || c == '\t') {
        addBare(keys, bare);
        position++;
      } else {
        bare.append(c);
        position++;
      }
    }
    addBare(keys, bare);
    return keys;
  }

  private static void addBare(List<String> keys, StringBuilder bare) {
    if (!bare.isEmpty()) {
      keys.add(bare.toString());
      bare.setLength(0);
    }
  }

  /** Moves over a string of any of the four kinds; an escape in it is left as it is written. */
  private String string() {
    char quote = peek();
    String three = String.valueOf(quote).repeat(3);
    String end = text.startsWith(three, position) ? three : String.valueOf(quote);
    position += end.length();
    int start = position;
    while (!atEnd() && !text.startsWith(end, position)) {
      if (peek() == '\\' && quote == '"') {
        next();
      }
      if (!atEnd()) {
        next();
      }
    }
    String content = text.substring(start, Math.min(position, text.length()));
    position = Math.min(position + end.length(), text.length());
    // A string in three quotes may end in up to two more of them.
    while (end.length() == 3 && !atEnd() && peek() == quote) {
      position++;
    }
    return content;
  }

  private void skipBlank() {
    while (!atEnd()) {
      char c = peek();
      if (c == '#') {
        while (!atEnd() && peek() != '\n') {
          position++;
        }
      } else if (Character.isWhitespace(c)) {
        next();
      } else {
        return;
      }
    }
  }

  private void skipSpaces() {
    while (!atEnd() && (peek() == ' ' || peek() == '\t')) {
      position++;
    }
  }

  private void next() {
    if (peek() == '\n') {
      line++;
    }
    position++;
  }

  private char peek() {
    return text.charAt(position);
  }

  private boolean atEnd() {
    return position >= text.length();
  }
}
