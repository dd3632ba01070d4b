package tarn.assets.definition;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spans of time as people write them: {@code 90s}, {@code 15m}, {@code 24h}, {@code 1d12h}, {@code
 * 2w}.
 */
final class Durations {
  static final String EXAMPLES =
      "Write a number and a unit (s, m, h, d or w), such as `24h` or `1d12h`.";

  private static final Pattern PARTS = Pattern.compile("(?:\\d{1,9}[smhdw])+");
  private static final Pattern PART = Pattern.compile("(\\d+)([smhdw])");

  private Durations() {}

  /** A day is always 24 hours. Empty when the text is no span longer than nothing. */
  static Optional<Duration> parse(String text) {
    if (!PARTS.matcher(text).matches()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      sum = sum.plusSeconds(Long.parseLong(part.group(1)) * seconds(part.group(2).charAt(0)));
    }
    return sum.isZero() ? Optional.empty() : Optional.of(sum);
  }

  private static long seconds(char unit) {
    return switch (unit) {
      case 's' -> 1;
      case 'm' -> 60;
      case 'h' -> 3600;
      case 'd' -> 86_400;
      case 'w' -> 604_800;
      default -> throw new IllegalArgumentException("no unit of time: " + unit);
    };
  }
}
