package tarn.assets.landing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.assets.file.EngineFiles;
import tarn.assets.landing.FileSelection.Chosen;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.Reading.Task;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Sql;

/** Plans the reading of Parquet files. One that cannot be read is quarantined as a whole. */
final class ParquetReading {
  private ParquetReading() {}

  static Reading plan(Task task) {
    Map<List<Column>, List<LandingFile>> shapes = new LinkedHashMap<>();
    List<CarefulFile> unreadable = new ArrayList<>();
    for (Chosen file : task.files()) {
      try {
        shapes.computeIfAbsent(shape(task, file), _ -> new ArrayList<>()).add(file.file());
      } catch (Unreadable e) {
        unreadable.add(new CarefulFile.Unreadable(file.file(), e.reason));
      }
    }
    Expected expected = expected(task, List.copyOf(shapes.keySet()));
    List<Part> parts = new ArrayList<>();
    shapes.forEach((given, files) -> parts.add(part(task, expected, given, files)));
    return new Reading(
        expected,
        parts,
        unreadable,
        CarefulPart.Contents.COLUMNS,
        Reading.Numbers.COUNTED,
        new TextColumns(expected, Optional.empty(), task.casts()));
  }

  private static Part part(
      Task task, Expected expected, List<Column> given, List<LandingFile> files) {
    List<Integer> positions =
        ColumnMatch.of(
            files.getFirst(),
            given.stream().map(Column::name).toList(),
            expected,
            task.declared() ? ColumnMatch.Rule.EXACT : ColumnMatch.Rule.OPEN);
    TextColumns columns =
        new TextColumns(expected, Optional.of(ParquetPart.types(given, positions)), task.casts());
    return new ParquetPart(files, given, positions, columns, task.names());
  }

  private static Expected expected(Task task, List<List<Column>> shapes) {
    if (task.declared()) {
      return ColumnFinder.declared(task.session(), task.key(), task.source().columns());
    }
    List<Column> columns = task.table();
    for (List<Column> shape : shapes) {
      columns = ColumnFinder.merged(columns, shape);
    }
    if (columns.isEmpty()) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "Nobody knows the columns of "
              + task.key()
              + ": no file of it can be read and none are"
              + " declared.",
          "Declare `columns` in the source, or wait for the first file.");
    }
    return new Expected(columns);
  }

  private static List<Column> shape(Task task, Chosen file) throws Unreadable {
    String read =
        "SELECT * FROM read_parquet(%s, hive_partitioning = false)"
            .formatted(EngineFiles.list(List.of(file.file().path())));
    try {
      List<Column> columns = ColumnFinder.ofQuery(task.session(), read);
      if (task.distrusted().contains(file.name())) {
        String all =
            columns.stream()
                .map(column -> Sql.identifier(column.name()))
                .reduce((one, other) -> one + ", " + other)
                .orElse("1");
        // Only reading every value shows that the file is damaged further in.
        task.session().execute("SELECT max(hash(" + all + ")) FROM (" + read + ")");
      }
      return columns;
    } catch (TarnException e) {
      if (Distrust.blamesData(e)) {
        throw new Unreadable(e.getMessage().lines().findFirst().orElse("it cannot be read"));
      }
      throw e;
    }
  }

  /** A file that the engine cannot read. */
  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    Unreadable(String reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
