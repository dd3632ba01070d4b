package tarn.assets.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.lake.TableState;

/** Keeps the comments of a table and its columns as the asset describes them. */
final class Descriptions {
  private Descriptions() {}

  /**
   * Writes the comments that differ. A comment that the asset says nothing about is left alone, and
   * a description of a column that the table does not have is passed over.
   *
   * @param before the table as it was committed, nothing when it is new
   * @param columns the table's columns as they are now
   * @return whether any was written
   */
  static boolean apply(
      Session session,
      TableName table,
      Optional<TableState> before,
      List<String> columns,
      WritePlan plan) {
    List<String> statements = statements(table, before, columns, plan);
    statements.forEach(session::execute);
    return !statements.isEmpty();
  }

  /** Whether a table's comments are other than its asset describes them. */
  static boolean differ(TableState table, WritePlan plan) {
    List<String> columns = table.columns().stream().map(TableState.Column::name).toList();
    return !statements(table.name(), Optional.of(table), columns, plan).isEmpty();
  }

  private static List<String> statements(
      TableName table, Optional<TableState> before, List<String> columns, WritePlan plan) {
    List<String> statements = new ArrayList<>();
    Optional<String> comment = before.flatMap(TableState::comment);
    if (!plan.description().isEmpty() && !comment.equals(Optional.of(plan.description()))) {
      statements.add(
          "COMMENT ON TABLE " + table.quoted() + " IS " + Sql.literal(plan.description()));
    }
    Map<String, String> wanted = new HashMap<>();
    plan.columnDescriptions().forEach((name, text) -> wanted.put(Names.folded(name), text));
    Map<String, String> known = new HashMap<>();
    before.ifPresent(
        state ->
            state
                .columns()
                .forEach(
                    column ->
                        column
                            .comment()
                            .ifPresent(text -> known.put(Names.folded(column.name()), text))));
    for (String column : columns) {
      String text = wanted.get(Names.folded(column));
      if (text != null && !text.equals(known.get(Names.folded(column)))) {
        statements.add(
            "COMMENT ON COLUMN %s.%s IS %s"
                .formatted(table.quoted(), Sql.identifier(column), Sql.literal(text)));
      }
    }
    return statements;
  }
}
