package tarn.assets.landing;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.lake.Sql;

/**
 * SQL that makes a value of a column's type from text, or null when that would lose something: the
 * engine's own casts round {@code 1.5} to the integer 2, take a dash and a blank for 0 and {@code
 * 1_0} for 10, drop the time of day from a date and the offset from a timestamp, take {@code
 * 2020-01-05x} for a date and {@code 20-01-05} for the year 20. So texts must look like values of
 * their type before they are cast.
 */
final class StrictCast {
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");

  private static final String DAY = "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}";
  private static final String OR_NOT_OF_FOUR_DIGITS =
      " OR %1$s NOT BETWEEN %2$s '0001-01-01' AND %2$s '9999-12-31 23:59:59.999999'";
  private static final String CLOCK = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]*)?)?";
  private static final String MIDNIGHT = "00?:00(:00([.]0*)?)?";
  private static final String NO_OFFSET = "[+-]00(:?00){0,2}";
  private static final String ANY_OFFSET = "[+-][0-9]{2}(:?[0-9]{2}){0,2}";

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
      return castWhere(isDecimal(number, scale(decimal)), number, type);
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
        yield castWhere(isWhole(number), number, type);
      }
      case "FLOAT", "DOUBLE" -> {
        String number = number(text);
        String value = "TRY_CAST(" + number + " AS " + type + ")";
        yield "CASE WHEN %s THEN NULL ELSE %s END".formatted(isNoNumber(number, value), value);
      }
      case "DATE" -> date(text);
      case "TIME" -> castWhere(isTime(text), text, type);
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> timestamp(text, type);
      case "TIMESTAMP WITH TIME ZONE" -> moment(text);
      case "UUID" -> castWhere(isUuid(text), text, type);
      default -> "TRY_CAST(" + text + " AS " + type + ")";
    };
  }

  private static String castWhere(String condition, String text, String type) {
    return "CASE WHEN %s THEN TRY_CAST(%s AS %s) END".formatted(condition, text, type);
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
    String differs = "CAST(" + plain + " AS VARCHAR) <> " + text;
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      return formats.plainNumbers()
          ? quick(plain, differs, "NOT " + isDecimal(text, scale(decimal)))
          : exact(text, type);
    }
    return switch (type) {
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT" ->
          formats.plainNumbers()
              ? quick(plain, differs, "NOT " + isWhole(text))
              : exact(text, type);
      case "FLOAT", "DOUBLE" ->
          formats.plainNumbers()
              ? new Quick(plain, Optional.of(isNoNumber(text, plain)))
              : exact(text, type);
      case "DATE" ->
          formats.dateFormat().isEmpty()
              ? quick(
                  plain,
                  differs + OR_NOT_OF_FOUR_DIGITS.formatted(plain, "DATE"),
                  "(" + date(text) + ") IS NULL")
              : exact(text, type);
      case "TIMESTAMP" ->
          formats.timestampFormat().isEmpty()
              ? quick(
                  plain,
                  differs + OR_NOT_OF_FOUR_DIGITS.formatted(plain, "TIMESTAMP"),
                  "NOT " + isTimestamp(text, NO_OFFSET))
              : exact(text, type);
      default -> exact(text, type);
    };
  }

  private Quick exact(String text, String type) {
    return new Quick(of(text, type), Optional.empty());
  }

  private static Quick quick(String value, String suspicious, String wrong) {
    return new Quick(value, Optional.of("((" + suspicious + ") AND " + wrong + ")"));
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

  /**
   * {@code 1.0} is whole; {@code 1.5}, {@code 15e-1} and the {@code 1E+11} that a spreadsheet made
   * of a longer number are not.
   */
  private static String isWhole(String text) {
    return looksLike(text, "[+-]?[0-9]+([.]0*)?");
  }

  /** Digits that the type has no place for must be zeros. */
  private static String isDecimal(String text, int scale) {
    String point = scale == 0 ? "" : "|[.][0-9]{1,%1$d}0*".formatted(scale);
    return looksLike(text, "[+-]?([0-9]+([.][0-9]{0,%d}0*)?%s)".formatted(scale, point));
  }

  /** What the engine takes for a number although it is none, or is too large to be kept. */
  private static String isNoNumber(String text, String value) {
    return "(contains(%1$s, '_') OR contains(%1$s, '+-') OR (isinf(%2$s) AND NOT contains(lower(%1$s), 'inf')))"
        .formatted(text, value);
  }

  private static String isTime(String text) {
    return looksLike(text, CLOCK);
  }

  private static String isUuid(String text) {
    return looksLike(text, "[{]?[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}[}]?");
  }

  /**
   * A zone's name would do more harm than be wrong: the engine reads the texts that follow it in
   * that zone, too.
   */
  private static String isTimestamp(String text, String offset) {
    return isDay(text, "((T| +)" + CLOCK + " ?(Z|" + offset + ")?)?");
  }

  /** There is no year 0; the engine takes it for one before Christ. */
  private static String isDay(String text, String further) {
    return "(%s AND NOT starts_with(ltrim(%s), '0000'))"
        .formatted(looksLike(text, DAY + further), text);
  }

  private static String looksLike(String text, String pattern) {
    return "regexp_full_match(" + text + ", " + Sql.literal("\\s*" + pattern + "\\s*") + ")";
  }

  /** A timestamp is a date when it is the date's midnight. */
  private String date(String text) {
    return formats
        .dateFormat()
        .map(
            format ->
                "CASE WHEN date_trunc('day', %1$s) = %1$s THEN CAST(%1$s AS DATE) END"
                    .formatted(parsed(text, format)))
        .orElseGet(
            () ->
                "CASE WHEN %s THEN CAST(TRY_CAST(trim(%s) AS TIMESTAMP) AS DATE) END"
                    .formatted(
                        isDay(text, "((T| +)" + MIDNIGHT + " ?(Z|" + NO_OFFSET + ")?)?"), text));
  }

  /** An offset other than none would be dropped; such a column is a TIMESTAMPTZ. */
  private String timestamp(String text, String type) {
    String value =
        formats
            .timestampFormat()
            .map(format -> parsed(text, format))
            .orElseGet(
                () -> castWhere(isTimestamp(text, NO_OFFSET), "trim(" + text + ")", "TIMESTAMP"));
    return switch (type) {
      case "TIMESTAMP" -> value;
      case "TIMESTAMP_NS" -> "TRY_CAST(" + value + " AS TIMESTAMP_NS)";
      default ->
          "CASE WHEN TRY_CAST(%1$s AS %2$s) = %1$s THEN TRY_CAST(%1$s AS %2$s) END"
              .formatted(value, type);
    };
  }

  private String moment(String text) {
    return formats
        .timestampFormat()
        .map(format -> "TRY_CAST(" + parsed(text, format) + " AS TIMESTAMPTZ)")
        .orElseGet(
            () -> castWhere(isTimestamp(text, ANY_OFFSET), "trim(" + text + ")", "TIMESTAMPTZ"));
  }

  /** {@code %Y} also reads the {@code 24} of {@code 05.01.24}, as the year 24. */
  private static String parsed(String text, String format) {
    String value = "try_strptime(" + text + ", " + Sql.literal(format) + ")";
    return """
        CASE WHEN year(%1$s) >= 1000 OR contains(%2$s, lpad(year(%1$s)::VARCHAR, 4, '0')) \
        THEN %1$s END"""
        .formatted(value, text);
  }
}
