package tarn.assets.landing;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.assets.FileFormat;
import tarn.assets.file.Compression;
import tarn.assets.file.EngineFiles;
import tarn.assets.file.JsonRecords;
import tarn.assets.landing.FileSelection.Chosen;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.Reading.Task;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Sql;

/** Plans the reading of JSON files. A key that no column is expected for is not read. */
final class JsonReading {
  private final Task task;
  private final Map<Layout, List<LandingFile>> layouts = new LinkedHashMap<>();
  private final Map<Layout, List<LandingFile>> doubtful = new LinkedHashMap<>();
  private final List<CarefulFile> careful = new ArrayList<>();

  /** Files that the engine reads in one go. */
  private record Layout(String format, Compression compression) {}

  private JsonReading(Task task) {
    this.task = task;
  }

  static Reading plan(Task task) {
    return new JsonReading(task).plan();
  }

  private Reading plan() {
    for (Chosen file : task.files()) {
      sort(file);
    }
    Expected expected =
        task.declared()
            ? ColumnFinder.declared(task.session(), task.key(), task.source().columns())
            : found();
    TextColumns columns = new TextColumns(expected, given(expected), task.casts());
    List<Part> parts = new ArrayList<>();
    layouts.forEach(
        (layout, files) ->
            parts.add(
                new JsonPart(files, layout.format, layout.compression, columns, task.names())));
    return new Reading(
        expected, parts, careful, CarefulPart.Contents.OBJECT, Reading.Numbers.NONE, columns);
  }

  static Optional<List<String>> given(Expected expected) {
    return Optional.of(expected.columns().stream().map(JsonTexts::readAs).toList());
  }

  private void sort(Chosen file) {
    Compression compression =
        task.options().compression().orElseGet(() -> Compression.of(file.file().path()));
    int first = firstCharacter(file.file(), compression);
    boolean lines = task.source().format() == FileFormat.NDJSON;
    String format = lines ? "newline_delimited" : first == '[' ? "array" : "unstructured";
    Layout layout = new Layout(format, compression);
    if (task.careful(file) || first > 127) {
      doubtful.computeIfAbsent(layout, _ -> new ArrayList<>()).add(file.file());
      careful.add(
          new CarefulFile.Json(
              file.file(),
              compression,
              lines ? JsonRecords.Layout.LINES : JsonRecords.Layout.VALUES));
      return;
    }
    layouts.computeIfAbsent(layout, _ -> new ArrayList<>()).add(file.file());
  }

  /** The first byte that is no white space; -1 when there is none. */
  private static int firstCharacter(LandingFile file, Compression compression) {
    try (InputStream in = compression.open(file.path())) {
      int first = in.read();
      while (first >= 0 && Character.isWhitespace(first)) {
        first = in.read();
      }
      return first;
    } catch (Compression.Damaged e) {
      return -1;
    } catch (IOException e) {
      throw LandingFile.unreadable(file.path(), e);
    }
  }

  /**
   * The table's columns, and keys of the files that it does not have yet, as the engine finds them.
   */
  private Expected found() {
    List<Column> columns = task.table();
    for (Map.Entry<Layout, List<LandingFile>> entry : layouts.entrySet()) {
      columns =
          ColumnFinder.merged(columns, sniffed(entry.getKey(), entry.getValue(), Errors.REFUSED));
    }
    for (Map.Entry<Layout, List<LandingFile>> entry : doubtful.entrySet()) {
      columns =
          ColumnFinder.merged(columns, sniffed(entry.getKey(), entry.getValue(), Errors.IGNORED));
    }
    columns = columns.stream().filter(column -> !Expected.traces(column.name())).toList();
    if (columns.isEmpty()) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "Nobody knows the columns of "
              + task.key()
              + ": no file of it has an object to read"
              + " and none are declared.",
          "Declare `columns` in the source, or wait for the first file.");
    }
    return new Expected(columns);
  }

  /** What becomes of records that the engine cannot read when it looks for keys. */
  private enum Errors {
    REFUSED,
    IGNORED
  }

  private List<Column> sniffed(Layout layout, List<LandingFile> files, Errors errors) {
    String call =
        """
        SELECT * FROM read_json(%s, format = %s, records = true, sample_size = -1, \
        union_by_name = true, hive_partitioning = false, ignore_errors = %s, compression = %s)"""
            .formatted(
                EngineFiles.list(files.stream().map(LandingFile::path).toList()),
                Sql.literal(layout.format),
                errors == Errors.IGNORED,
                Sql.literal(JsonPart.engineName(layout.compression)));
    return ColumnFinder.ofQuery(task.session(), call);
  }
}
