package tarn.assets.landing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tarn.assets.file.CsvDialect;
import tarn.assets.landing.FileSelection.Chosen;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.Reading.Task;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Plans the reading of CSV files. Files of the same header are read together. */
final class CsvReading {
  private final Task task;
  private final Map<Chosen, CsvHeader> headers = new LinkedHashMap<>();

  private CsvReading(Task task) {
    this.task = task;
  }

  static Reading plan(Task task) {
    return new CsvReading(task).plan();
  }

  private Reading plan() {
    List<String> declared = task.source().columns().stream().map(Column::name).toList();
    for (Chosen file : task.files()) {
      CsvHeader.read(file.file(), task.options(), declared)
          .map(header -> named(header, declared))
          .ifPresent(header -> headers.put(file, header));
    }
    Expected expected =
        task.declared()
            ? ColumnFinder.declared(task.session(), task.key(), task.source().columns())
            : found();
    return reading(expected);
  }

  /** Without a header the columns are the declared ones, or else the table's, in their order. */
  private CsvHeader named(CsvHeader header, List<String> declared) {
    if (header.dialect().header() == CsvDialect.Header.NAMES) {
      return header;
    }
    List<String> names =
        declared.isEmpty() ? task.table().stream().map(Column::name).toList() : declared;
    return names.isEmpty()
        ? header
        : new CsvHeader(header.dialect(), header.compression(), names, header.damage());
  }

  private Reading reading(Expected expected) {
    TextColumns columns = new TextColumns(expected, Optional.empty(), task.casts());
    Map<CsvHeader, List<LandingFile>> groups = new LinkedHashMap<>();
    Map<CsvHeader, List<Integer>> positions = new LinkedHashMap<>();
    List<CarefulFile> careful = new ArrayList<>();
    headers.forEach(
        (file, header) -> {
          if (header.damage().isPresent()) {
            careful.add(new CarefulFile.Unreadable(file.file(), header.damage().get()));
            return;
          }
          List<Integer> match =
              positions.computeIfAbsent(
                  header, _ -> ColumnMatch.of(file.file(), header.names(), expected, rule()));
          if (task.careful(file) || !CsvPart.readable(header)) {
            careful.add(new CarefulFile.Csv(file.file(), header, match));
          } else {
            groups.computeIfAbsent(header, _ -> new ArrayList<>()).add(file.file());
          }
        });
    List<Part> parts = new ArrayList<>();
    groups.forEach(
        (header, files) ->
            parts.add(
                new CsvPart(
                    files,
                    header,
                    Objects.requireNonNull(positions.get(header)),
                    columns,
                    task.names())));
    return new Reading(
        expected, parts, careful, CarefulPart.Contents.COLUMNS, Reading.Numbers.NONE, columns);
  }

  private ColumnMatch.Rule rule() {
    return task.declared() ? ColumnMatch.Rule.EXACT : ColumnMatch.Rule.OPEN;
  }

  /** The table's columns, and those of the files that it does not have yet. */
  private Expected found() {
    List<Column> fresh = new ArrayList<>();
    headers
        .values()
        .forEach(
            header ->
                header.names().stream()
                    .filter(name -> !ColumnFinder.holds(task.table(), name))
                    .filter(name -> !ColumnFinder.holds(fresh, name))
                    .forEach(name -> fresh.add(new Column(name, "VARCHAR"))));
    fresh.stream()
        .map(Column::name)
        .filter(Expected::traces)
        .findFirst()
        .ifPresent(
            name -> {
              throw new TarnException(
                  ErrorCode.LANDING_INVALID,
                  "The files of " + task.key() + " have a column `" + name + "`, which Tarn fills.",
                  "Declare the source's `columns` under other names, or rename it in the files.");
            });
    if (fresh.isEmpty() && task.table().isEmpty()) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "Nobody knows the columns of "
              + task.key()
              + ": no file of it has a header to read"
              + " and none are declared.",
          "Declare `columns` in the source, or wait for the first file.");
    }
    return fresh.isEmpty()
        ? new Expected(task.table())
        : new Expected(ColumnFinder.merged(task.table(), typed(fresh)));
  }

  /** Reads all files once as text to find the types of the new columns. */
  private List<Column> typed(List<Column> fresh) {
    List<Column> known =
        task.table().stream().map(column -> new Column(column.name(), "VARCHAR")).toList();
    Reading texts = reading(new Expected(ColumnFinder.merged(fresh, known)));
    TypeFinder finder = new TypeFinder(task.casts());
    List<String> names = fresh.stream().map(Column::name).toList();
    return texts.withCareful(
        task.session(),
        CarefulFile.Raw.LEFT_OUT,
        careful -> finder.find(task.session(), names, texts.rows(careful.select())));
  }
}
