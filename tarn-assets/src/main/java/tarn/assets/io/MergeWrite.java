package tarn.assets.io;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.assets.WriteMode;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Rows are matched by keys. Only rows that differ are touched. */
final class MergeWrite implements TableWrite {
  private final WriteMode.Merge mode;

  MergeWrite(WriteMode.Merge mode) {
    this.mode = mode;
  }

  @Override
  public Written write(Target target) {
    Session session = target.session();
    KeyColumns keys = KeyColumns.of(target.key(), mode.keys(), target.schema());
    // Staged, because the rows are read several times and must be the same each time.
    IncomingRows.Streamed staged = target.incoming().stage(session, Staging.ROWS);
    keys.requireUnique(session, Staging.ROWS);
    if (target.before().isEmpty()) {
      target.prepare();
      insertStaged(target);
      return new Written.Changed(staged.rows(), staged.sum());
    }
    target.prepareKeepingRows();
    long deleted =
        switch (mode.unmatched()) {
          case KEEP -> 0;
          case DELETE ->
              session.update(
                  "DELETE FROM %s AS t WHERE NOT EXISTS (SELECT 1 FROM %s AS s WHERE %s)"
                      .formatted(target.quoted(), Staging.ROWS, keys.match("s", "t", "=")));
        };
    long merged = session.update(merge(target, keys));
    if (deleted == 0 && merged == 0 && target.maySkip()) {
      return new Written.Same(target.recorded().flatMap(History.Recorded::dataVersion));
    }
    return new Written.Changed(merged, Optional.empty());
  }

  static void insertStaged(Target target) {
    String columns = Sql.identifiers(target.incoming().columns());
    String order = target.order().isEmpty() ? "" : " ORDER BY " + String.join(", ", target.order());
    target
        .session()
        .execute(
            "INSERT INTO %s (%s) SELECT %s FROM %s%s"
                .formatted(target.quoted(), columns, columns, Staging.ROWS, order));
  }

  private static String merge(Target target, KeyColumns keys) {
    List<String> columns = target.incoming().columns();
    List<SchemaPlan.Target> others =
        target.schema().columns().stream()
            .filter(column -> !keys.names().contains(column.name()))
            .toList();
    String update =
        others.isEmpty()
            ? ""
            : "WHEN MATCHED AND (%s) THEN UPDATE SET %s "
                .formatted(
                    others.stream()
                        .flatMap(column -> differences(column).stream())
                        .collect(Collectors.joining(" OR ")),
                    others.stream()
                        .map(column -> Sql.identifier(column.name()))
                        .map(name -> name + " = s." + name)
                        .collect(Collectors.joining(", ")));
    return "MERGE INTO %s AS t USING %s AS s ON %s %sWHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)"
        .formatted(
            target.quoted(),
            Staging.ROWS,
            keys.match("s", "t", "="),
            update,
            Sql.identifiers(columns),
            columns.stream()
                .map(name -> "s." + Sql.identifier(name))
                .collect(Collectors.joining(", ")));
  }

  /** A row differs when its number in a data version would. */
  private static List<String> differences(SchemaPlan.Target column) {
    String name = Sql.identifier(column.name());
    List<String> here = RowNumber.hashed("t." + name, column.type());
    List<String> there = RowNumber.hashed("s." + name, column.type());
    return IntStream.range(0, here.size())
        .mapToObj(part -> here.get(part) + " IS DISTINCT FROM " + there.get(part))
        .toList();
  }
}
