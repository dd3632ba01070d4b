package tarn.assets.landing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.assets.file.Compression;
import tarn.assets.file.EngineFiles;
import tarn.lake.Sql;

/**
 * JSON files of one layout, read by the engine.
 *
 * @param format as the engine calls the layout
 */
record JsonPart(
    List<LandingFile> files,
    String format,
    Compression compression,
    TextColumns columns,
    FileNames names)
    implements Part {

  @Override
  public String rows() {
    return columns.strict(texts());
  }

  @Override
  public Optional<String> malformed() {
    return Optional.empty();
  }

  /**
   * An object without any of the columns may be a bare {@code null}, which the careful way sees.
   */
  private String texts() {
    String all =
        IntStream.range(0, columns.expected().columns().size())
            .mapToObj(index -> "t" + index)
            .collect(Collectors.joining(", "));
    return """
        SELECT * FROM (SELECT %s AS f, %s FROM %s) \
        WHERE CASE WHEN coalesce(%s) IS NULL THEN error('an empty record in ' || f) ELSE true END"""
        .formatted(
            names.expression(), JsonTexts.ofColumns(columns.expected().names()), call(), all);
  }

  private String call() {
    List<String> options = new ArrayList<>();
    options.add(EngineFiles.list(files.stream().map(LandingFile::path).toList()));
    options.add("format = " + Sql.literal(format));
    options.add("records = true");
    options.add("auto_detect = false");
    options.add("hive_partitioning = false");
    options.add("compression = " + Sql.literal(engineName(compression)));
    options.add(names.option());
    options.add(
        columns.expected().columns().stream()
            .map(
                column -> Sql.literal(column.name()) + ": " + Sql.literal(JsonTexts.readAs(column)))
            .collect(Collectors.joining(", ", "columns = {", "}")));
    return "read_json(" + String.join(", ", options) + ")";
  }

  /** This reader has another word for none than the one of CSV. */
  static String engineName(Compression compression) {
    return compression == Compression.NONE ? "uncompressed" : CsvPart.compression(compression);
  }
}
