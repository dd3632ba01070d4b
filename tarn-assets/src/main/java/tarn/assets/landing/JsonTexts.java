package tarn.assets.landing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.assets.landing.LandingSource.Column;
import tarn.base.Json;
import tarn.lake.Sql;

/** SQL that takes the texts of columns out of JSON objects. */
final class JsonTexts {
  private JsonTexts() {}

  /**
   * What a column's value is read as before it is cast: the text of a simple value, or JSON where a
   * value has parts.
   */
  static String readAs(Column column) {
    return isSimple(column.type()) ? "VARCHAR" : "JSON";
  }

  static boolean isSimple(String type) {
    return !type.equals("JSON")
        && !type.endsWith("]")
        && !type.startsWith("STRUCT(")
        && !type.startsWith("MAP(");
  }

  /**
   * @param objects a relation of {@code f, l, p0, r} and the object's text {@code j}
   */
  static String ofObjects(Expected expected, String objects) {
    Map<String, String> shape = new LinkedHashMap<>();
    expected.columns().forEach(column -> shape.put(column.name(), readAs(column)));
    String names =
        expected.names().stream().map(Sql::literal).collect(Collectors.joining(", ", "[", "]"));
    String problem =
        """
        coalesce(p0, CASE WHEN NOT json_valid(j) THEN 'it is no valid JSON' \
        WHEN json_type(j) <> 'OBJECT' THEN 'it is no JSON object but ' || CASE json_type(j) WHEN 'ARRAY' THEN 'an array' \
        WHEN 'NULL' THEN 'null' WHEN 'VARCHAR' THEN 'a text' WHEN 'BOOLEAN' THEN 'a truth value' \
        ELSE 'a number' END \
        WHEN len(list_filter(json_keys(j), k -> list_contains(%1$s, k))) <> \
        len(list_distinct(list_filter(json_keys(j), k -> list_contains(%1$s, k)))) \
        THEN 'it names a key twice' END)"""
            .formatted(names);
    String texts =
        IntStream.range(0, expected.columns().size())
            .mapToObj(
                index -> "x[%s] AS t%d".formatted(Sql.literal(expected.names().get(index)), index))
            .collect(Collectors.joining(", "));
    return """
        SELECT f, l, p, r, %s FROM (SELECT f, l, p, r, \
        CASE WHEN p IS NULL THEN json_transform(j, %s) END AS x \
        FROM (SELECT f, l, %s AS p, r, j FROM (%s)))"""
        .formatted(texts, Sql.literal(Json.line(shape)), problem, objects);
  }

  /** The columns' texts out of a relation that has them under their own names. */
  static String ofColumns(List<String> names) {
    return IntStream.range(0, names.size())
        .mapToObj(index -> Sql.identifier(names.get(index)) + " AS t" + index)
        .collect(Collectors.joining(", "));
  }
}
