package tarn.base;

import java.time.Duration;
import java.util.Locale;

/** Quantities as a person reads them. */
public final class Human {
  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};

  private Human() {}

  /** Decimal units, three significant digits: {@code 1.23 MB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    String number =
        unit == 0 || Math.abs(value) >= 99.95
            ? String.format(Locale.ROOT, "%.0f", value)
            : Math.abs(value) >= 9.995
                ? String.format(Locale.ROOT, "%.1f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    return number + " " + UNITS[unit];
  }

  /** With thousands separated: {@code 1,234,567}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 0.42 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
  }
}
