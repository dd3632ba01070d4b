package tarn.assets.landing;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.lake.Sql;

/**
 * SQL that makes a value of a column's type from text, or null when that would lose something: the
 * engine's own casts round {@code 1.5} to the integer 2, drop the time of day from a date and the
 * offset from a timestamp, take {@code 2020-01-05x} for a date and {@code 20-01-05} for the year
 * 20.
 */
final class StrictCast {
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");

  private final TextFormats formats;

  StrictCast(TextFormats formats) {
    this.formats = formats;
  }

  /**
   * How numbers and dates are written.
   *
   * @param dateFormat as the engine's {@code strptime} reads it; ISO 8601 without
   * @param decimalSeparator a point or a comma
   * @param thousands what separates groups of three digits, if anything does
   */
  record TextFormats(
      Optional<String> dateFormat,
      Optional<String> timestampFormat,
      char decimalSeparator,
      Optional<Character> thousands) {
    static final TextFormats STANDARD =
        new TextFormats(Optional.empty(), Optional.empty(), '.', Optional.empty());

    boolean plainNumbers() {
      return decimalSeparator == '.' && thousands.isEmpty();
    }
  }

  /**
   * An expression of {@code type}, null where {@code text} is null or does not fit.
   *
   * @param text an expression that is cheap to repeat, such as a column
   * @param type as the engine's {@code typeof} writes it
   */
  String of(String text, String type) {
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      String number = number(text);
      return "CASE WHEN %s THEN TRY_CAST(%s AS %s) END"
          .formatted(fitsDigits(number, scale(decimal)), number, type);
    }
    return switch (type) {
      case "VARCHAR" -> text;
      case "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT" -> {
        String number = number(text);
        yield "CASE WHEN %s THEN TRY_CAST(%s AS %s) END".formatted(isWhole(number), number, type);
      }
      case "FLOAT", "DOUBLE" -> {
        String number = number(text);
        yield "CASE WHEN NOT isinf(TRY_CAST(%1$s AS %2$s)) OR %3$s THEN TRY_CAST(%1$s AS %2$s) END"
            .formatted(number, type, namesInfinity(number));
      }
      case "DATE" -> date(text);
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> timestamp(text, type);
      case "TIMESTAMP WITH TIME ZONE" -> moment(text);
      default -> "TRY_CAST(" + text + " AS " + type + ")";
    };
  }

  /**
   * The same for texts that mostly fit, without a CASE around each of them.
   *
   * @param value null where the text does not fit, and something wrong where {@code wrong} is true
   */
  record Quick(String value, Optional<String> wrong) {}

  /** A cast that costs little more than the engine's own. */
  Quick quick(String text, String type) {
    String plain = "TRY_CAST(" + text + " AS " + type + ")";
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      return formats.plainNumbers()
          ? quick(
              plain, manyDigits(text, scale(decimal)), "NOT " + fitsDigits(text, scale(decimal)))
          : exact(text, type);
    }
    return switch (type) {
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT" ->
          formats.plainNumbers()
              ? quick(plain, hasPointOrMinus(text), "NOT " + isWhole(text))
              : exact(text, type);
      case "FLOAT", "DOUBLE" ->
          formats.plainNumbers()
              ? quick(plain, "isinf(" + plain + ")", "NOT " + namesInfinity(text))
              : exact(text, type);
      case "DATE" ->
          formats.dateFormat().isEmpty()
              ? quick(
                  plain,
                  "CAST(" + plain + " AS VARCHAR) <> " + text,
                  "(" + date(text) + ") IS NULL")
              : exact(text, type);
      case "TIMESTAMP" ->
          formats.timestampFormat().isEmpty()
              ? quick(
                  plain,
                  text + " NOT LIKE '____-__-_____:__:__'",
                  "(" + withoutOffset(text) + ") IS NULL")
              : exact(text, type);
      default -> exact(text, type);
    };
  }

  private Quick exact(String text, String type) {
    return new Quick(of(text, type), Optional.empty());
  }

  private static Quick quick(String value, String suspicious, String wrong) {
    return new Quick(value, Optional.of("(" + suspicious + " AND " + wrong + ")"));
  }

  private static int scale(Matcher decimal) {
    return Integer.parseInt(decimal.group(2));
  }

  /** Text of a number as the engine writes it, or null when it is not written as declared. */
  private String number(String text) {
    if (formats.plainNumbers()) {
      return text;
    }
    String decimal = Pattern.quote(String.valueOf(formats.decimalSeparator()));
    String digits =
        formats
            .thousands()
            .map(
                mark -> "([0-9]+|[0-9]{1,3}(" + Pattern.quote(String.valueOf(mark)) + "[0-9]{3})+)")
            .orElse("[0-9]+");
    String pattern = "\\s*[+-]?" + digits + "(" + decimal + "[0-9]*)?([eE][+-]?[0-9]+)?\\s*";
    String plain =
        formats
            .thousands()
            .map(mark -> "replace(" + text + ", " + Sql.literal(mark.toString()) + ", '')")
            .orElse(text);
    String pointed =
        formats.decimalSeparator() == '.'
            ? plain
            : "replace("
                + plain
                + ", "
                + Sql.literal(String.valueOf(formats.decimalSeparator()))
                + ", '.')";
    return "CASE WHEN regexp_full_match(%s, %s) THEN %s END"
        .formatted(text, Sql.literal(pattern), pointed);
  }

  private static String hasPointOrMinus(String text) {
    return "(contains(%1$s, '.') OR contains(%1$s, '-'))".formatted(text);
  }

  /**
   * {@code 1.0} is whole; {@code 1.5}, {@code 15e-1} and the {@code 1.2E+11} that a spreadsheet
   * made of a longer number are not. Texts without a point or a minus are left to the engine.
   */
  private static String isWhole(String text) {
    return "(NOT %s OR regexp_full_match(%s, '\\s*[+-]?[0-9]+([.]0*)?\\s*'))"
        .formatted(hasPointOrMinus(text), text);
  }

  private static String manyDigits(String text, int scale) {
    return """
        ((strpos(%1$s, '.') > 0 AND strlen(%1$s) - strpos(%1$s, '.') > %2$d) \
        OR contains(%1$s, '-'))"""
        .formatted(text, scale);
  }

  /** Digits that the type has no place for must be zeros. */
  private static String fitsDigits(String text, int scale) {
    return "(NOT %s OR regexp_full_match(%s, '\\s*[+-]?[0-9]*([.][0-9]{0,%d}0*)?\\s*'))"
        .formatted(manyDigits(text, scale), text, scale);
  }

  private static String namesInfinity(String text) {
    return "contains(lower(" + text + "), 'inf')";
  }

  /** A text that comes back from a date as it was is one; the others are looked at. */
  private String date(String text) {
    String midnight = "CASE WHEN date_trunc('day', %1$s) = %1$s THEN CAST(%1$s AS DATE) END";
    return formats
        .dateFormat()
        .map(format -> midnight.formatted(parsed(text, format)))
        .orElseGet(
            () ->
                """
                CASE WHEN CAST(TRY_CAST(%1$s AS DATE) AS VARCHAR) = %1$s \
                THEN TRY_CAST(%1$s AS DATE) ELSE %2$s END"""
                    .formatted(text, midnight.formatted(isoTimestamp(text))));
  }

  private String timestamp(String text, String type) {
    String parsed =
        formats
            .timestampFormat()
            .map(format -> parsed(text, format))
            .orElseGet(() -> withoutOffset(text));
    return type.equals("TIMESTAMP") ? parsed : "TRY_CAST(" + parsed + " AS " + type + ")";
  }

  private String moment(String text) {
    return formats
        .timestampFormat()
        .map(format -> "TRY_CAST(" + parsed(text, format) + " AS TIMESTAMPTZ)")
        .orElseGet(
            () ->
                "CASE WHEN %s THEN TRY_CAST(%s AS TIMESTAMPTZ) END"
                    .formatted(fourDigitYear(text), text));
  }

  /** {@code %Y} also reads the {@code 24} of {@code 05.01.24}, as the year 24. */
  private static String parsed(String text, String format) {
    String value = "try_strptime(" + text + ", " + Sql.literal(format) + ")";
    return """
        CASE WHEN year(%1$s) >= 1000 OR contains(%2$s, lpad(year(%1$s)::VARCHAR, 4, '0')) \
        THEN %1$s END"""
        .formatted(value, text);
  }

  private static String isoTimestamp(String text) {
    return "CASE WHEN %s THEN TRY_CAST(trim(%s) AS TIMESTAMP) END"
        .formatted(fourDigitYear(text), text);
  }

  private static String fourDigitYear(String text) {
    return "ltrim(%s)[5] IN ('-', '/')".formatted(text);
  }

  /** An offset other than none would be dropped; such a column is a TIMESTAMPTZ. */
  private static String withoutOffset(String text) {
    return """
        CASE WHEN %1$s LIKE '____-__-_____:__:__' THEN TRY_CAST(%1$s AS TIMESTAMP) \
        WHEN ltrim(%1$s)[5] IN ('-', '/') AND NOT (length(%1$s) > 10 \
        AND regexp_matches(%1$s, '[+-][0-9]{2}(:?[0-9]{2}){0,2}\\s*$') \
        AND NOT regexp_matches(%1$s, '[+-]00(:?00){0,2}\\s*$')) \
        THEN TRY_CAST(trim(%1$s) AS TIMESTAMP) END"""
        .formatted(text);
  }
}
