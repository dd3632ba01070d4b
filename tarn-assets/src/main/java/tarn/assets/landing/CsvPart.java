package tarn.assets.landing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.assets.file.Compression;
import tarn.assets.file.CsvDialect;
import tarn.assets.file.EngineFiles;
import tarn.lake.Sql;

/**
 * CSV files with the same header, read by the engine as text and by its strictest rules.
 *
 * @param positions of the expected columns among those of the header
 */
record CsvPart(
    List<LandingFile> files,
    CsvHeader header,
    List<Integer> positions,
    TextColumns columns,
    FileNames names)
    implements Part {

  /** Whether the engine can read such a file as it is meant. */
  static boolean readable(CsvHeader header) {
    return header.dialect().encoding().equals(StandardCharsets.UTF_8)
        && header.damage().isEmpty()
        && header.dialect().delimiter().length() <= 4;
  }

  @Override
  public String rows() {
    return columns.strict(texts());
  }

  @Override
  public Optional<String> malformed() {
    return Optional.empty();
  }

  /** The records as text. */
  String texts() {
    String texts =
        IntStream.range(0, positions.size())
            .mapToObj(
                index -> {
                  int position = positions.get(index);
                  String text =
                      position == ColumnMatch.MISSING ? "CAST(NULL AS VARCHAR)" : "c" + position;
                  return text + " AS t" + index;
                })
            .collect(Collectors.joining(", "));
    return "SELECT %s AS f, %s FROM %s".formatted(names.expression(), texts, call());
  }

  private String call() {
    CsvDialect dialect = header.dialect();
    List<String> options = new ArrayList<>();
    options.add(EngineFiles.list(files.stream().map(LandingFile::path).toList()));
    options.add("auto_detect = false");
    options.add("strict_mode = true");
    options.add("hive_partitioning = false");
    options.add("delim = " + Sql.literal(dialect.delimiter()));
    options.add("quote = " + Sql.literal(text(dialect.quote())));
    options.add("escape = " + Sql.literal(text(dialect.escape())));
    options.add("header = " + (dialect.header() == CsvDialect.Header.NAMES));
    options.add("skip = " + dialect.skippedLines());
    options.add("nullstr = " + Sql.literals(dialect.nulls()));
    options.add(
        "allow_quoted_nulls = " + (dialect.quotedNulls() == CsvDialect.QuotedNulls.NO_VALUE));
    options.add("compression = " + Sql.literal(compression(header.compression())));
    options.add(names.option());
    options.add(
        IntStream.range(0, header.names().size())
            .mapToObj(index -> "c" + index + ": 'VARCHAR'")
            .collect(Collectors.joining(", ", "columns = {", "}")));
    return "read_csv(" + String.join(", ", options) + ")";
  }

  private static String text(Optional<Character> character) {
    return character.map(String::valueOf).orElse("");
  }

  static String compression(Compression compression) {
    return switch (compression) {
      case NONE -> "none";
      case GZIP -> "gzip";
      case ZSTD -> "zstd";
    };
  }
}
