package tarn.assets.landing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.assets.file.Compression;
import tarn.assets.file.CsvDialect;
import tarn.assets.file.CsvRecords;
import tarn.assets.file.JsonRecords;
import tarn.assets.file.XmlText;

/** A file that is read here, and how. */
sealed interface CarefulFile {
  LandingFile file();

  /** Starts reading it. */
  Records open(Raw raw) throws IOException;

  /** Whether a record's own text is wanted, too. */
  enum Raw {
    KEPT,
    LEFT_OUT
  }

  /** Its records, one after the other. */
  interface Records extends Closeable {
    /** The next one, or null at the end. */
    @Nullable CarefulRow next() throws IOException;
  }

  /**
   * @param positions of the expected columns among those of the header
   */
  record Csv(LandingFile file, CsvHeader header, List<Integer> positions) implements CarefulFile {
    @Override
    public Records open(Raw raw) throws IOException {
      CsvRecords records = new CsvRecords(header.compression().open(file.path()), header.dialect());
      if (header.dialect().header() == CsvDialect.Header.NAMES) {
        records.next();
      }
      if (header.names().size() == 1) {
        records.emptyLines(CsvRecords.EmptyLines.RECORDS);
      }
      return new CsvRows(this, records, raw);
    }
  }

  /** One JSON value a row. */
  record Json(LandingFile file, Compression compression, JsonRecords.Layout layout)
      implements CarefulFile {
    @Override
    public Records open(Raw raw) throws IOException {
      JsonRecords records = new JsonRecords(compression.open(file.path()), layout);
      return new JsonRows(file, records, raw);
    }

    /** The keys of its first record, when that is an object. */
    Optional<JsonKeys> firstKeys() {
      try (Records records = open(Raw.LEFT_OUT)) {
        CarefulRow first = records.next();
        return first == null || first.problem() != null
            ? Optional.empty()
            : JsonKeys.ofObject(Objects.requireNonNull(first.fields().getFirst()));
      } catch (IOException e) {
        throw LandingFile.unreadable(file.path(), e);
      }
    }
  }

  /** The whole file a row. */
  record Xml(LandingFile file) implements CarefulFile {
    @Override
    public Records open(Raw raw) throws IOException {
      return new Once(row(raw));
    }

    private CarefulRow row(Raw raw) throws IOException {
      try {
        return new CarefulRow(file.name(), 1, null, null, List.of(XmlText.read(file.path())));
      } catch (XmlText.Malformed e) {
        String reason = Objects.requireNonNullElse(e.getMessage(), "it is no XML");
        return new CarefulRow(
            file.name(), e.line(), reason, raw == Raw.KEPT ? beginning() : null, List.of());
      }
    }

    private String beginning() throws IOException {
      try (InputStream in = Files.newInputStream(file.path())) {
        return new String(in.readNBytes(Expected.LONGEST_RAW), StandardCharsets.UTF_8);
      }
    }
  }

  /** A file of which nothing can be read. */
  record Unreadable(LandingFile file, String problem) implements CarefulFile {
    @Override
    public Records open(Raw raw) {
      return new Once(new CarefulRow(file.name(), 0, problem, null, List.of()));
    }
  }

  /** One row. */
  final class Once implements Records {
    private @Nullable CarefulRow row;

    Once(CarefulRow row) {
      this.row = row;
    }

    @Override
    public @Nullable CarefulRow next() {
      CarefulRow last = row;
      row = null;
      return last;
    }

    @Override
    public void close() {}
  }

  /** CSV records brought into the order of the expected columns. */
  final class CsvRows implements Records {
    private final Csv csv;
    private final CsvRecords records;
    private final Raw raw;
    private final int width;

    CsvRows(Csv csv, CsvRecords records, Raw raw) {
      this.csv = csv;
      this.records = records;
      this.raw = raw;
      this.width = csv.header.names().size();
    }

    @Override
    public @Nullable CarefulRow next() throws IOException {
      return switch (records.next()) {
        case null -> null;
        case CsvRecords.Item.Problem(long line, String reason) -> row(line, reason, List.of());
        case CsvRecords.Item.Fields(long line, List<@Nullable String> values) ->
            row(line, miscounted(values), values);
      };
    }

    /** Fields beyond the header's are nothing when they are empty, as after a last delimiter. */
    private @Nullable String miscounted(List<@Nullable String> values) {
      boolean surplus =
          values.stream().skip(width).anyMatch(value -> value != null && !value.isEmpty());
      return values.size() < width || surplus
          ? "it has %d fields instead of %d".formatted(values.size(), width)
          : null;
    }

    private CarefulRow row(long line, @Nullable String problem, List<@Nullable String> values) {
      @Nullable String[] fields = new String[csv.positions.size()];
      if (problem == null) {
        for (int index = 0; index < fields.length; index++) {
          int position = csv.positions.get(index);
          fields[index] = position == ColumnMatch.MISSING ? null : values.get(position);
        }
      }
      return new CarefulRow(
          csv.file.name(), line, problem, kept(raw, records.raw()), Arrays.asList(fields));
    }

    @Override
    public void close() throws IOException {
      records.close();
    }
  }

  /** JSON values as they are. */
  final class JsonRows implements Records {
    private final LandingFile file;
    private final JsonRecords records;
    private final Raw raw;

    JsonRows(LandingFile file, JsonRecords records, Raw raw) {
      this.file = file;
      this.records = records;
      this.raw = raw;
    }

    @Override
    public @Nullable CarefulRow next() throws IOException {
      return switch (records.next()) {
        case null -> null;
        case JsonRecords.Item.Problem(long line, String reason) ->
            new CarefulRow(file.name(), line, reason, kept(raw, records.raw()), List.of());
        case JsonRecords.Item.Value(long line, String text) ->
            new CarefulRow(file.name(), line, null, kept(raw, text), List.of(text));
      };
    }

    @Override
    public void close() throws IOException {
      records.close();
    }
  }

  private static @Nullable String kept(Raw raw, String text) {
    return switch (raw) {
      case LEFT_OUT -> null;
      case KEPT ->
          text.length() > Expected.LONGEST_RAW ? text.substring(0, Expected.LONGEST_RAW) : text;
    };
  }
}
