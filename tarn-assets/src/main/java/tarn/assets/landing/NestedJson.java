package tarn.assets.landing;

import java.util.stream.Collectors;
import tarn.assets.io.SqlType;
import tarn.lake.Sql;

/**
 * SQL that makes a nested value of JSON, or null when that would lose something: the engine's own
 * cast puts a null where a part does not fit, and rounds. A key that the type does not name is not
 * read, and one that is missing is null.
 */
final class NestedJson {
  private static final StrictCast SIMPLE = new StrictCast(StrictCast.TextFormats.STANDARD);

  private NestedJson() {}

  static String cast(String json, String type) {
    return "CASE WHEN %s THEN TRY_CAST(%s AS %s) END"
        .formatted(fits(json, SqlType.parse(type), 0), json, type);
  }

  /** A condition that is never null; nothing at all fits every type. */
  private static String fits(String json, SqlType type, int depth) {
    String condition =
        switch (type) {
          case SqlType.StructOf struct -> struct(json, struct, depth);
          case SqlType.ListOf(SqlType element) ->
              all("TRY_CAST(" + json + " AS JSON[])", "ARRAY", json, element, depth);
          case SqlType.ArrayOf(SqlType element, int length) ->
              "json_array_length(%s) = %d AND ".formatted(json, length)
                  + all("TRY_CAST(" + json + " AS JSON[])", "ARRAY", json, element, depth);
          case SqlType.MapOf(var _, SqlType value) ->
              all(
                  "map_values(TRY_CAST(" + json + " AS MAP(VARCHAR, JSON)))",
                  "OBJECT",
                  json,
                  value,
                  depth);
          case SqlType.Simple _, SqlType.Decimal _, SqlType.Other _ -> simple(json, type.sql());
        };
    return "coalesce(%s IS NULL OR json_type(%s) = 'NULL' OR (%s), false)"
        .formatted(json, json, condition);
  }

  private static String struct(String json, SqlType.StructOf struct, int depth) {
    return struct.fields().stream()
        .map(
            field ->
                fits(
                    "json_extract(%s, %s)".formatted(json, Sql.literal(path(field.name()))),
                    field.type(),
                    depth))
        .collect(Collectors.joining(" AND ", "json_type(" + json + ") = 'OBJECT' AND ", ""));
  }

  private static String path(String key) {
    return "$.\"" + key + "\"";
  }

  private static String all(String list, String kind, String json, SqlType element, int depth) {
    String each = "e" + depth;
    return "json_type(%s) = '%s' AND len(list_filter(%s, %s -> NOT %s)) = 0"
        .formatted(json, kind, list, each, fits(each, element, depth + 1));
  }

  private static String simple(String json, String type) {
    if (type.equals("JSON") || type.equals("VARCHAR")) {
      return "true";
    }
    return "(" + SIMPLE.of("json_extract_string(" + json + ", '$')", type) + ") IS NOT NULL";
  }
}
