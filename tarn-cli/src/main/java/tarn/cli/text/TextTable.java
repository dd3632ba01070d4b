package tarn.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows in aligned columns, two spaces between, with a rule below the names. */
public final class TextTable {
  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /** To which side a column's values are set. */
  public enum Side {
    LEFT,
    RIGHT
  }

  /** A column's name and the side of its values. */
  public record Column(String name, Side side) {
    public static Column left(String name) {
      return new Column(name, Side.LEFT);
    }

    public static Column right(String name) {
      return new Column(name, Side.RIGHT);
    }
  }

  /** Adds a row with one text for each column. */
  public void add(List<String> row) {
    rows.add(row.stream().map(TextTable::oneLine).toList());
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The table, each line ended. */
  public String render(Style style) {
    int[] widths = new int[columns.size()];
    for (int column = 0; column < widths.length; column++) {
      int at = column;
      widths[column] =
          Math.max(
              Width.of(oneLine(columns.get(column).name())),
              rows.stream().mapToInt(row -> Width.of(row.get(at))).max().orElse(0));
    }
    StringBuilder text = new StringBuilder();
    line(
        text, columns.stream().map(column -> oneLine(column.name())).toList(), widths, style::bold);
    line(text, Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths, style::dim);
    rows.forEach(row -> line(text, row, widths, UnaryOperator.identity()));
    return text.toString();
  }

  private void line(
      StringBuilder text, List<String> cells, int[] widths, UnaryOperator<String> paint) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String space = " ".repeat(widths[column] - Width.of(cell));
      line.append(column == 0 ? "" : "  ");
      line.append(
          switch (columns.get(column).side()) {
            case LEFT -> paint.apply(cell) + space;
            case RIGHT -> space + paint.apply(cell);
          });
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  /** Control characters would break the table, or change the terminal it is shown in. */
  private static String oneLine(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    text.chars().forEach(next -> shown.append(visible((char) next)));
    return shown.toString();
  }

  private static String visible(char next) {
    return switch (next) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          Character.isISOControl(next) ? "\\x%02x".formatted((int) next) : String.valueOf(next);
    };
  }
}
