package tarn.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads spans of time and sizes as people type them: {@code 30m}, {@code 1d12h}, {@code 200GB}. */
final class Amounts {
  private static final Pattern SPAN = Pattern.compile("(?:\\d{1,9}[smhdw])+");
  private static final Pattern SPAN_PART = Pattern.compile("(\\d+)([smhdw])");
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,3})?)\\s*([KMGTP]?)B?");
  private static final String UNITS = "KMGTP";

  private Amounts() {}

  /** A day is always 24 hours. */
  static Optional<Duration> span(String text) {
    String typed = text.strip().toLowerCase(Locale.ROOT);
    if (!SPAN.matcher(typed).matches()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    Matcher part = SPAN_PART.matcher(typed);
    while (part.find()) {
      long count = Long.parseLong(part.group(1));
      sum =
          sum.plus(
              switch (part.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                case "d" -> Duration.ofDays(count);
                default -> Duration.ofDays(7 * count);
              });
    }
    return Optional.of(sum);
  }

  /** Decimal units: a kilobyte has 1,000 bytes. */
  static Optional<Long> bytes(String text) {
    Matcher parts = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!parts.matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(parts.group(1));
    int power = UNITS.indexOf(parts.group(2)) + 1;
    return Optional.of((long) (value * (parts.group(2).isEmpty() ? 1 : Math.pow(1000, power))));
  }
}
