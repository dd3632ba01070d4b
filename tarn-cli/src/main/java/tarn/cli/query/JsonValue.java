package tarn.cli.query;

import java.util.List;
import java.util.stream.Collectors;
import tarn.cli.query.EngineType.Member;
import tarn.lake.Sql;

/**
 * Expressions that make a column ready for the engine's JSON writer, which by itself writes {@code
 * NaN} and {@code Infinity} where JSON has no such numbers, bytes as text, the digits of a FLOAT
 * that only a DOUBLE has, and a VARIANT as a string.
 */
final class JsonValue {
  private int variables;

  private JsonValue() {}

  /** SQL for the value of {@code expression}, which itself serves when nothing need be done. */
  static String of(String expression, EngineType type) {
    return isPlain(type) ? expression : new JsonValue().convert(expression, type);
  }

  private static boolean isPlain(EngineType type) {
    return switch (type) {
      case EngineType.Scalar(String name) ->
          switch (name) {
            case "FLOAT", "DOUBLE", "BLOB", "VARIANT" -> false;
            default -> true;
          };
      case EngineType.Listed(EngineType element) -> isPlain(element);
      case EngineType.MapOf(EngineType _, EngineType value) -> isPlain(value);
      case EngineType.Struct(List<Member> members) -> arePlain(members);
      case EngineType.Union(List<Member> members) -> arePlain(members);
    };
  }

  private static boolean arePlain(List<Member> members) {
    return members.stream().allMatch(member -> isPlain(member.type()));
  }

  /** Always of the type JSON, so that members of any type can stand side by side. */
  private String convert(String expression, EngineType type) {
    if (isPlain(type)) {
      return "to_json(" + expression + ")";
    }
    return switch (type) {
      case EngineType.Scalar(String name) -> scalar(expression, name);
      case EngineType.Listed(EngineType element) -> {
        String each = variable();
        yield "to_json(list_transform(%s, lambda %s: %s))"
            .formatted(expression, each, convert(each, element));
      }
      case EngineType.MapOf(EngineType _, EngineType value) -> {
        String entry = variable();
        yield "to_json(map_from_entries(list_transform(map_entries(%s), lambda %s: {'key': %s.key, 'value': %s})))"
            .formatted(expression, entry, entry, convert(entry + ".value", value));
      }
      case EngineType.Struct(List<Member> members) -> struct(expression, members);
      case EngineType.Union(List<Member> members) -> union(expression, members);
    };
  }

  private static String scalar(String expression, String type) {
    return switch (type) {
      case "BLOB" -> "to_json(to_base64(" + expression + "))";
      case "VARIANT" -> "CAST(" + expression + " AS JSON)";
      default ->
          """
          CASE WHEN %1$s IS NULL THEN NULL WHEN isfinite(%1$s) THEN CAST(%1$s AS VARCHAR)::JSON \
          WHEN isnan(%1$s) THEN '"NaN"'::JSON WHEN %1$s > 0 THEN '"Infinity"'::JSON \
          ELSE '"-Infinity"'::JSON END"""
              .formatted(expression);
    };
  }

  private String struct(String expression, List<Member> members) {
    if (members.stream().anyMatch(member -> member.name().isEmpty())) {
      return "to_json(CAST(" + expression + " AS VARCHAR))";
    }
    String fields =
        members.stream()
            .map(
                member ->
                    Sql.literal(member.name())
                        + ", "
                        + convert(
                            "struct_extract(%s, %s)"
                                .formatted(expression, Sql.literal(member.name())),
                            member.type()))
            .collect(Collectors.joining(", "));
    return "CASE WHEN %s IS NULL THEN NULL ELSE json_object(%s) END".formatted(expression, fields);
  }

  private String union(String expression, List<Member> members) {
    String cases =
        members.stream()
            .map(
                member ->
                    "WHEN %s THEN json_object(%s, %s)"
                        .formatted(
                            Sql.literal(member.name()),
                            Sql.literal(member.name()),
                            convert(
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
