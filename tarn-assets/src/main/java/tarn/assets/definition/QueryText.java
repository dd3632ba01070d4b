package tarn.assets.definition;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A query and where it stands, so that a place in it can be shown to its author.
 *
 * @param file for messages, such as {@code assets/omop/person.sql}
 * @param text the query as it is written
 * @param firstLine the line of the file on which {@code text} starts
 * @param firstColumn how far into that line
 */
record QueryText(String file, String text, int firstLine, int firstColumn) {

  /** The rest of a file from {@code start}, without the space around it. */
  static QueryText of(String file, String content, int start) {
    int begin = start;
    while (begin < content.length() && Character.isWhitespace(content.charAt(begin))) {
      begin++;
    }
    int lineStart = content.lastIndexOf('\n', Math.max(begin - 1, 0)) + 1;
    if (begin == 0) {
      lineStart = 0;
    }
    int line = 1 + (int) content.substring(0, begin).chars().filter(c -> c == '\n').count();
    return new QueryText(file, content.substring(begin).stripTrailing(), line, begin - lineStart);
  }

  QueryText withText(String shorter) {
    return new QueryText(file, shorter, firstLine, firstColumn);
  }

  /** A place, with the line and a mark below it. */
  record Place(String position, String excerpt) {}

  /** The engine counts characters in the place of a syntax error. */
  Place atCharacter(int character) {
    int index =
        text.offsetByCodePoints(0, Math.clamp(character, 0, text.codePointCount(0, text.length())));
    return at(index);
  }

  /** The engine counts bytes in the place of a part of a query. */
  Place atByte(int position) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.clamp(position, 0, bytes.length);
    return at(new String(bytes, 0, length, StandardCharsets.UTF_8).length());
  }

  private Place at(int index) {
    List<String> before = text.substring(0, index).lines().toList();
    boolean newLine = index > 0 && text.charAt(index - 1) == '\n';
    int lineIndex = newLine ? before.size() : Math.max(before.size() - 1, 0);
    int lineStart = index == 0 ? 0 : text.lastIndexOf('\n', index - 1) + 1;
    int lineEnd = text.indexOf('\n', lineStart);
    String line = text.substring(lineStart, lineEnd < 0 ? text.length() : lineEnd).stripTrailing();
    int line1 = firstLine + lineIndex;
    int column = index - lineStart + (lineIndex == 0 ? firstColumn : 0) + 1;
    // Tabs stay tabs, so that the mark stands below its place however wide they are shown.
    String indent = text.substring(lineStart, index).replaceAll("[^\t]", " ");
    String gutter = line1 + " | ";
    return new Place(
        "%s:%d:%d".formatted(file, line1, column),
        gutter + line + "\n" + " ".repeat(gutter.length() - 2) + "| " + indent + "^");
  }
}
