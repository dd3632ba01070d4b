package tarn.assets.landing;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.assets.FileFormat;
import tarn.assets.file.Compression;
import tarn.assets.file.EngineFiles;
import tarn.assets.file.JsonRecords;
import tarn.assets.landing.FileSelection.Chosen;
import tarn.assets.landing.JsonKeys.Kind;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.Reading.Task;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Sql;

/** Plans the reading of JSON files. A key that no column is expected for is not read. */
final class JsonReading {
  private final Task task;
  private final Map<Layout, List<LandingFile>> layouts = new LinkedHashMap<>();
  private final List<CarefulFile> careful = new ArrayList<>();
  private final List<CarefulFile.Json> firstRecords = new ArrayList<>();

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
    return reading(task.declared() ? declared() : found());
  }

  private Reading reading(Expected expected) {
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
    CarefulFile.Json byHand =
        new CarefulFile.Json(
            file.file(), compression, lines ? JsonRecords.Layout.LINES : JsonRecords.Layout.VALUES);
    if (task.careful(file) || first > 127) {
      careful.add(byHand);
    } else {
      layouts.computeIfAbsent(layout, _ -> new ArrayList<>()).add(file.file());
    }
    firstRecords.add(byHand);
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

  private Expected declared() {
    Expected expected = ColumnFinder.declared(task.session(), task.key(), task.source().columns());
    for (CarefulFile.Json file : firstRecords) {
      file.firstKeys()
          .ifPresent(
              keys ->
                  keys.refuseOtherCase("The records of " + file.file().name(), expected.names()));
    }
    return expected;
  }

  /** The table's columns, and keys of the files that it does not have yet. */
  private Expected found() {
    JsonKeys keys = keys();
    String where = "The files of " + task.key();
    keys.refuseTwins(where);
    keys.refuseOtherCase(where, task.table().stream().map(Column::name).toList());
    List<Column> fresh = new ArrayList<>();
    keys.kinds()
        .forEach(
            (key, kind) -> {
              if (Expected.traces(key)) {
                throw new TarnException(
                    ErrorCode.LANDING_INVALID,
                    where + " have a key `" + key + "`, which Tarn fills as a column.",
                    "Declare the source's `columns`, or rename it in the files.");
              }
              if (!ColumnFinder.holds(task.table(), key)) {
                fresh.add(new Column(key, kind == Kind.ANY ? "JSON" : "VARCHAR"));
              }
            });
    if (fresh.isEmpty() && task.table().isEmpty()) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "Nobody knows the columns of "
              + task.key()
              + ": no file of it has an object to read"
              + " and none are declared.",
          "Declare `columns` in the source, or wait for the first file.");
    }
    return new Expected(
        fresh.isEmpty()
            ? task.table()
            : ColumnFinder.merged(task.table(), typed(fresh, keys.kinds())));
  }

  /** Keys of all records. */
  private JsonKeys keys() {
    JsonKeys keys = JsonKeys.none();
    for (Map.Entry<Layout, List<LandingFile>> entry : layouts.entrySet()) {
      Layout layout = entry.getKey();
      keys =
          keys.and(
              JsonKeys.of(
                  task.session(),
                  "SELECT json AS j FROM read_json_objects(%s, format = %s, compression = %s)"
                      .formatted(
                          EngineFiles.list(
                              entry.getValue().stream().map(LandingFile::path).toList()),
                          Sql.literal(layout.format),
                          Sql.literal(JsonPart.engineName(layout.compression)))));
    }
    if (careful.isEmpty()) {
      return keys;
    }
    return keys.and(
        reading(new Expected(List.of()))
            .withCareful(
                task.session(),
                CarefulFile.Raw.LEFT_OUT,
                records ->
                    JsonKeys.of(
                        task.session(),
                        "SELECT fields[1] AS j FROM ("
                            + records.select()
                            + ") WHERE problem IS NULL")));
  }

  /**
   * Numbers and texts have the types that lose nothing; a text that looks like a number stays one.
   */
  private List<Column> typed(List<Column> fresh, Map<String, Kind> kinds) {
    List<String> simple =
        fresh.stream().filter(column -> column.type().equals("VARCHAR")).map(Column::name).toList();
    if (simple.isEmpty()) {
      return fresh;
    }
    Reading texts = reading(new Expected(ColumnFinder.merged(fresh, task.table())));
    List<Column> found =
        texts.withCareful(
            task.session(),
            CarefulFile.Raw.LEFT_OUT,
            records ->
                new TypeFinder(task.casts())
                    .find(task.session(), simple, texts.rows(records.select())));
    return fresh.stream()
        .map(
            column ->
                found.stream()
                    .filter(typed -> typed.name().equals(column.name()))
                    .filter(typed -> suits(kinds.get(column.name()), typed.type()))
                    .findFirst()
                    .orElse(column))
        .toList();
  }

  private static boolean suits(@Nullable Kind kind, String type) {
    return switch (kind) {
      case null -> false;
      case NOTHING, ANY -> false;
      case TEXT -> type.equals("DATE") || type.equals("TIMESTAMP");
      case NUMBER -> type.equals("BIGINT") || type.equals("DOUBLE");
      case TRUTH -> type.equals("BOOLEAN");
    };
  }
}
