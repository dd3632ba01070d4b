package tarn.gateway.fhir;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tarn.assets.file.EngineFiles;
import tarn.lake.Sql;

/** Sorted resources as the rows of their table. */
public final class FhirQuery {
  /** What rows of one resource are told from others by. */
  public static final List<String> KEYS = List.of("id");

  private static final int SHORTEST_BUFFER = 1 << 20;

  private FhirQuery() {}

  /**
   * A SELECT over a file that {@link FhirIntake} has made. Of several resources with one id the
   * last one counts.
   *
   * @param longest bytes of the longest line
   */
  public static String of(String type, Path file, int longest) {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("id", "VARCHAR");
    columns.putAll(Promotion.columns(type));
    columns.put("resource", "JSON");
    String read =
        columns.keySet().stream()
            .map(name -> Sql.identifier(name) + ": 'VARCHAR'")
            .collect(Collectors.joining(", ", "{_number: 'BIGINT', ", "}"));
    String selected =
        columns.entrySet().stream()
            .map(
                column ->
                    column.getValue().equals("VARCHAR")
                        ? Sql.identifier(column.getKey())
                        : "CAST(%1$s AS %2$s) AS %1$s"
                            .formatted(Sql.identifier(column.getKey()), column.getValue()))
            .collect(Collectors.joining(", "));
    return """
        SELECT %s FROM read_json(%s, format = 'newline_delimited', columns = %s, \
        maximum_object_size = %d) \
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY _number DESC) = 1"""
        .formatted(
            selected,
            EngineFiles.list(List.of(file)),
            read,
            Math.max(SHORTEST_BUFFER, longest + 1));
  }
}
