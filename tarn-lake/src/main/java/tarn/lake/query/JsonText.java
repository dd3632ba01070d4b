package tarn.lake.query;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.base.Json;
import tarn.lake.Sql;
import tarn.lake.query.EngineType.Member;

/**
 * Expressions that write values as JSON text. The engine's own JSON writer will not do: it writes
 * {@code NaN} where JSON has no such number, bytes as text, the digits of a FLOAT that only a
 * DOUBLE has, decimals without their last zeros, and numbers inside JSON values as the nearest
 * DOUBLE.
 */
final class JsonText {
  /** The engine takes these for JSON, and others do not. */
  private static final String NO_JSON = "'(?i)nan|inf|,\\s*[\\]}]'";

  private static final String STRINGS = "'\"(\\\\.|[^\"\\\\])*\"'";

  private int variables;

  private JsonText() {}

  /** SQL for one row as an object; {@code columns} are named, {@code expressions} their SQL. */
  static String row(List<Columns.Column> columns, List<String> expressions) {
    return IntStream.range(0, columns.size())
        .mapToObj(
            at ->
                Sql.literal((at == 0 ? "{" : ",") + name(columns.get(at).name()))
                    + " || "
                    + of(expressions.get(at), EngineType.parse(columns.get(at).type())))
        .collect(Collectors.joining(" || ", "", " || '}'"));
  }

  /** SQL for the value of {@code expression}; never null. */
  static String of(String expression, EngineType type) {
    return new JsonText().text(expression, type);
  }

  private static String name(String name) {
    return Json.line(name) + ":";
  }

  private String text(String expression, EngineType type) {
    return "coalesce(" + textOrNull(expression, type) + ", 'null')";
  }

  private String textOrNull(String expression, EngineType type) {
    return switch (type) {
      case EngineType.Scalar(String name) -> scalar(expression, name);
      case EngineType.Listed(EngineType element) -> {
        String each = variable();
        yield joined("[", expression, each, text(each, element), "]");
      }
      case EngineType.MapOf(EngineType _, EngineType value) -> {
        String entry = variable();
        String member = string(entry + ".key") + " || ':' || " + text(entry + ".value", value);
        yield joined("{", "map_entries(" + expression + ")", entry, member, "}");
      }
      case EngineType.Struct(List<Member> members) -> struct(expression, members);
      case EngineType.Union(List<Member> members) -> union(expression, members);
    };
  }

  private static String scalar(String expression, String type) {
    return switch (type) {
      case "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT",
          "BIGNUM",
          "DECIMAL" ->
          "CAST(" + expression + " AS VARCHAR)";
      case "FLOAT", "DOUBLE" ->
          """
          CASE WHEN isfinite(%1$s) THEN CAST(%1$s AS VARCHAR) WHEN isnan(%1$s) THEN '"NaN"' \
          WHEN %1$s > 0 THEN '"Infinity"' WHEN %1$s < 0 THEN '"-Infinity"' END"""
              .formatted(expression);
      case "BLOB" -> "'\"' || to_base64(" + expression + ") || '\"'";
      case "JSON" -> json(expression);
      case "VARIANT" -> json("CAST(" + expression + " AS JSON)");
      default -> string(expression);
    };
  }

  private static String string(String expression) {
    return "CAST(to_json(CAST(" + expression + " AS VARCHAR)) AS VARCHAR)";
  }

  /** As it is written, but for line breaks; what is no JSON after all comes as a string. */
  private static String json(String expression) {
    return """
        CASE WHEN json_valid(%1$s) AND NOT (regexp_matches(CAST(%1$s AS VARCHAR), %2$s) \
        AND regexp_matches(regexp_replace(CAST(%1$s AS VARCHAR), %3$s, '""', 'g'), %2$s)) \
        THEN translate(CAST(%1$s AS VARCHAR), chr(10) || chr(13), '  ') ELSE %4$s END"""
        .formatted(expression, NO_JSON, STRINGS, string(expression));
  }

  private static String joined(
      String open, String list, String variable, String element, String close) {
    return "'%s' || array_to_string(list_transform(%s, lambda %s: %s), ',') || '%s'"
        .formatted(open, list, variable, element, close);
  }

  /** That of {@code row(…)} has places instead of names, and becomes an array. */
  private String struct(String expression, List<Member> members) {
    boolean named = members.stream().noneMatch(member -> member.name().isEmpty());
    String content =
        IntStream.range(0, members.size())
            .mapToObj(
                at -> {
                  Member member = members.get(at);
                  String place = named ? Sql.literal(member.name()) : Integer.toString(at + 1);
                  return Sql.literal((at == 0 ? "" : ",") + (named ? name(member.name()) : ""))
                      + " || "
                      + text("struct_extract(" + expression + ", " + place + ")", member.type());
                })
            .collect(Collectors.joining(" || "));
    return "CASE WHEN %s IS NULL THEN NULL ELSE '%s' || %s || '%s' END"
        .formatted(expression, named ? "{" : "[", content, named ? "}" : "]");
  }

  private String union(String expression, List<Member> members) {
    String cases =
        members.stream()
            .map(
                member ->
                    "WHEN %s THEN %s || %s || '}'"
                        .formatted(
                            Sql.literal(member.name()),
                            Sql.literal("{" + name(member.name())),
                            text(
                                "union_extract(%s, %s)"
                                    .formatted(expression, Sql.literal(member.name())),
                                member.type())))
            .collect(Collectors.joining(" "));
    return "CASE CAST(union_tag(%s) AS VARCHAR) %s END".formatted(expression, cases);
  }

  private String variable() {
    return "each" + variables++;
  }
}
