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
  private static final int ENGINE_DIGITS = 38;
  private static final int FINER = 12;

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
      return decimal(
          number(text), Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
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
          "UHUGEINT" ->
          integer(number(text), type);
      case "FLOAT", "DOUBLE" -> floating(number(text), type);
      case "DATE" -> date(text);
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> timestamp(text, type);
      case "TIMESTAMP WITH TIME ZONE" -> moment(text);
      default -> "TRY_CAST(" + text + " AS " + type + ")";
    };
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

  /** {@code 1.0} and {@code 1e3} are whole, {@code 1.5} is not. */
  private static String integer(String text, String type) {
    return """
        CASE WHEN regexp_matches(%1$s, '[.eE]') \
        THEN CASE WHEN TRY_CAST(%1$s AS DECIMAL(38, 12)) %% 1 = 0 THEN TRY_CAST(%1$s AS %2$s) END \
        ELSE TRY_CAST(%1$s AS %2$s) END"""
        .formatted(text, type);
  }

  /** Compared with a cast that keeps more digits, or where there is no room for them, as text. */
  private static String decimal(String text, int precision, int scale) {
    int whole = precision - scale;
    int finer = scale + FINER;
    String exact = "TRY_CAST(%s AS DECIMAL(%d, %d))".formatted(text, precision, scale);
    if (whole + finer > ENGINE_DIGITS) {
      return "CASE WHEN regexp_full_match(%s, '\\s*[+-]?[0-9]*([.][0-9]{0,%d}0*)?\\s*') THEN %s END"
          .formatted(text, scale, exact);
    }
    return "CASE WHEN %s = TRY_CAST(%s AS DECIMAL(%d, %d)) THEN %s END"
        .formatted(exact, text, whole + finer, finer, exact);
  }

  private static String floating(String text, String type) {
    String value = "TRY_CAST(" + text + " AS " + type + ")";
    return "CASE WHEN NOT isinf(%s) OR contains(lower(%s), 'inf') THEN %s END"
        .formatted(value, text, value);
  }

  private String date(String text) {
    String parsed =
        formats
            .dateFormat()
            .map(format -> parsed(text, format))
            .orElseGet(() -> isoTimestamp(text));
    return "CASE WHEN date_trunc('day', %1$s) = %1$s THEN CAST(%1$s AS DATE) END".formatted(parsed);
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
        CASE WHEN ltrim(%1$s)[5] IN ('-', '/') AND NOT (length(%1$s) > 10 \
        AND regexp_matches(%1$s, '[+-][0-9]{2}(:?[0-9]{2}){0,2}\\s*$') \
        AND NOT regexp_matches(%1$s, '[+-]00(:?00){0,2}\\s*$')) \
        THEN TRY_CAST(trim(%1$s) AS TIMESTAMP) END"""
        .formatted(text);
  }
}
