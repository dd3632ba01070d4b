package tarn.assets.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tarn.assets.FileFormat;
import tarn.assets.landing.LandingSource;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.LandingSource.QuarantineThreshold;

/** Reads the table {@code landing} of a source asset. */
final class LandingReader {
  private LandingReader() {}

  static LandingSource read(TableReader declaration) {
    TableReader table =
        declaration
            .table("landing")
            .orElseThrow(
                () -> declaration.missing("landing", "[landing] files = [\"landing/x/*.csv\"]"));
    table.tellUnknown(DeclarationKey.names(DeclarationKey.LANDING));
    List<String> patterns = table.attempt(List.of(), () -> patterns(table));
    return new LandingSource(
        patterns,
        table.attempt(FileFormat.CSV, () -> format(table, patterns)),
        table.attempt(Map.of(), () -> table.scalarsByName("options")),
        table.attempt(List.of(), () -> columns(table)),
        table.attempt(QuarantineThreshold.NONE, () -> threshold(table)));
  }

  private static List<String> patterns(TableReader table) {
    List<String> patterns = table.texts("files");
    if (patterns.isEmpty()) {
      throw table.missing("files", "files = [\"landing/patients/*.csv\"]");
    }
    for (String pattern : patterns) {
      boolean outside =
          pattern.startsWith("/")
              || pattern.contains("\\")
              || pattern.contains(":")
              || List.of(pattern.split("/")).contains("..");
      if (outside) {
        throw table.error(
            "files",
            "holds `" + pattern + "`, which is not a path below the station's folder.",
            "Write it as in `landing/patients/*.csv`; link the folder there if it lies elsewhere.");
      }
    }
    return patterns;
  }

  private static FileFormat format(TableReader table, List<String> patterns) {
    Optional<FileFormat> declared = table.choice("format", FileFormat.class);
    // Without patterns there is a mistake already, and nothing to guess from.
    return patterns.isEmpty()
        ? declared.orElse(FileFormat.CSV)
        : declared.orElseGet(() -> formatOf(table, patterns));
  }

  private static FileFormat formatOf(TableReader table, List<String> patterns) {
    List<Optional<FileFormat>> formats =
        patterns.stream().map(LandingReader::formatOf).distinct().toList();
    return formats.size() == 1 && formats.getFirst().isPresent()
        ? formats.getFirst().get()
        : fail(table);
  }

  private static FileFormat fail(TableReader table) {
    throw table.missing("format", "format = \"csv\"");
  }

  private static Optional<FileFormat> formatOf(String pattern) {
    String name = pattern.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
    String suffix = name.substring(name.lastIndexOf('.') + 1);
    return switch (suffix) {
      case "csv", "tsv" -> Optional.of(FileFormat.CSV);
      case "json" -> Optional.of(FileFormat.JSON);
      case "ndjson", "jsonl" -> Optional.of(FileFormat.NDJSON);
      case "parquet" -> Optional.of(FileFormat.PARQUET);
      case "xml" -> Optional.of(FileFormat.XML);
      default -> Optional.empty();
    };
  }

  private static List<Column> columns(TableReader table) {
    List<Column> columns = new ArrayList<>();
    for (Map.Entry<String, String> column : table.textsByName("columns").entrySet()) {
      boolean repeated =
          columns.stream().anyMatch(other -> other.name().equalsIgnoreCase(column.getKey()));
      if (repeated) {
        throw table.error(
            "columns",
            "names `" + column.getKey() + "` twice; case makes no difference.",
            "Take one of them out.");
      }
      columns.add(new Column(column.getKey(), column.getValue()));
    }
    return columns;
  }

  private static QuarantineThreshold threshold(TableReader table) {
    return new QuarantineThreshold(
        table.wholeNumber("max_malformed_rows").orElse(QuarantineThreshold.NONE.rows()),
        table.fraction("max_malformed_fraction").orElse(QuarantineThreshold.NONE.fraction()));
  }
}
