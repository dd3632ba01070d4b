package tarn.assets.landing;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.assets.file.EngineFiles;
import tarn.assets.landing.LandingSource.Column;
import tarn.lake.Sql;

/**
 * Parquet files with the same columns, read by the engine. A row whose value does not fit the type
 * that is expected is malformed.
 *
 * @param given the files' columns
 * @param positions of the expected columns among them
 */
record ParquetPart(
    List<LandingFile> files,
    List<Column> given,
    List<Integer> positions,
    TextColumns columns,
    FileNames names)
    implements Part {

  /** The types of the values of the expected columns. */
  static List<String> types(List<Column> given, List<Integer> positions) {
    return positions.stream()
        .map(at -> at == ColumnMatch.MISSING ? "VARCHAR" : given.get(at).type())
        .toList();
  }

  @Override
  public String rows() {
    return columns.fittingNumbered(records("CAST(NULL AS VARCHAR)"));
  }

  @Override
  public Optional<String> malformed() {
    String row =
        given.stream().map(Column::name).map(Sql::identifier).collect(Collectors.joining(", "));
    return Optional.of(
        columns.malformed(records("CAST(to_json(struct_pack(" + row + ")) AS VARCHAR)")));
  }

  private String records(String raw) {
    String values =
        IntStream.range(0, positions.size())
            .mapToObj(
                index -> {
                  int at = positions.get(index);
                  return (at == ColumnMatch.MISSING
                          ? "CAST(NULL AS VARCHAR)"
                          : Sql.identifier(given.get(at).name()))
                      + " AS t"
                      + index;
                })
            .collect(Collectors.joining(", "));
    return """
        SELECT %s AS f, file_row_number + 1 AS l, CAST(NULL AS VARCHAR) AS p, %s AS r, %s \
        FROM read_parquet(%s, %s, file_row_number = true, hive_partitioning = false)"""
        .formatted(
            names.expression(),
            raw,
            values,
            EngineFiles.list(files.stream().map(LandingFile::path).toList()),
            names.option());
  }
}
