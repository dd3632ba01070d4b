package tarn.lake.query;

import java.util.regex.Pattern;

/**
 * Keeps whole numbers whole: the engine writes a HUGEINT, which is what its {@code sum} gives, to
 * Arrow and Parquet as a DOUBLE.
 */
public final class Exact {
  private static final Pattern HUGE = Pattern.compile("\\bU?HUGEINT\\b");

  private Exact() {}

  /** Such a number as a DECIMAL of 38 digits; one that has more is an error. */
  public static String numbers(String sql, Columns.Column column) {
    String exact = HUGE.matcher(column.type()).replaceAll("DECIMAL(38,0)");
    return exact.equals(column.type()) ? sql : "CAST(" + sql + " AS " + exact + ")";
  }
}
