package tarn.cli.query;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tarn.cli.query.QueryRun.Extent;
import tarn.cli.query.QueryRun.Wish;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.cli.text.TextTable.Side;
import tarn.lake.Session;
import tarn.lake.query.Columns;
import tarn.lake.query.Columns.Rows;

/** A result as aligned columns, held whole to know how wide they are: so its rows are bounded. */
final class TableResult {
  private TableResult() {}

  static Extent write(Session session, Columns columns, Wish wish, OutputStream out)
      throws IOException {
    long limit = Objects.requireNonNullElse(wish.maximumRows(), (long) QueryRun.TABLE_ROWS);
    int width = columns.columns().size();
    List<List<String>> rows =
        session.query(
            columns.select((sql, _) -> "CAST(" + sql + " AS VARCHAR)", new Rows.First(limit + 1)),
            row -> {
              List<String> cells = new ArrayList<>(width);
              for (int at = 1; at <= width; at++) {
                cells.add(Objects.requireNonNullElse(row.getString(at), "NULL"));
              }
              return cells;
            });
    List<List<String>> shown = rows.subList(0, (int) Math.min(rows.size(), limit));
    out.write(render(columns, shown, wish.style()).getBytes(StandardCharsets.UTF_8));
    out.flush();
    return rows.size() > limit ? Extent.FIRST_ROWS : Extent.ALL;
  }

  private static String render(Columns columns, List<List<String>> rows, Style style) {
    if (columns.columns().getFirst().name().equals("explain_key")) {
      return rows.stream()
          .map(row -> row.getLast().stripTrailing() + "\n")
          .reduce("", String::concat);
    }
    TextTable table =
        new TextTable(
            columns.columns().stream()
                .map(
                    column ->
                        new Column(column.name(), column.isNumeric() ? Side.RIGHT : Side.LEFT))
                .toList());
    rows.forEach(table::add);
    return table.render(style);
  }
}
