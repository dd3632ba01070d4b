package tarn.lake;

import java.util.Collection;
import java.util.stream.Collectors;

/** Quotes names and values for the engine's SQL. */
public final class Sql {
  private Sql() {}

  /** {@code a"b} as {@code "a""b"}. */
  public static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** {@code it's} as {@code 'it''s'}. */
  public static String literal(String value) {
    return '\'' + value.replace("'", "''") + '\'';
  }

  /** Quoted names with commas between. */
  public static String identifiers(Collection<String> names) {
    return names.stream().map(Sql::identifier).collect(Collectors.joining(", "));
  }

  /** A list literal: {@code ['a', 'b']}. */
  public static String literals(Collection<String> values) {
    return values.stream().map(Sql::literal).collect(Collectors.joining(", ", "[", "]"));
  }
}
