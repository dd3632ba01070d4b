package tarn.gateway.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tools.jackson.databind.JsonNode;

/**
 * Reads the limits of a role in {@code access.toml}.
 *
 * @param mistake makes an error of a key and what is wrong with it
 */
record LimitsReader(JsonNode fields, BiFunction<String, String, TarnException> mistake) {
  private static final Set<String> KEYS =
      Set.of("memory", "seconds", "rows", "bytes", "requests_per_minute");
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?) ?([KMGT]I?B)", Pattern.CASE_INSENSITIVE);

  CallerLimits read() {
    for (String key : fields.propertyNames()) {
      if (!KEYS.contains(key)) {
        throw mistake.apply(key, "`" + key + "` is no limit" + Nearest.hint(key, KEYS));
      }
    }
    return new CallerLimits(
        size("memory").map(Matcher::group),
        number("seconds", Integer.MAX_VALUE).map(Math::toIntExact),
        number("rows", Long.MAX_VALUE / 2),
        size("bytes").map(LimitsReader::bytes),
        number("requests_per_minute", Integer.MAX_VALUE).map(Math::toIntExact));
  }

  private Optional<Long> number(String key, long most) {
    JsonNode value = fields.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      long number = value.asLong();
      if (number > 0 && number <= most) {
        return Optional.of(number);
      }
    }
    throw mistake.apply(key, "`" + key + "` is no whole number above zero");
  }

  private Optional<Matcher> size(String key) {
    JsonNode value = fields.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    Matcher size = SIZE.matcher(value.asString(""));
    if (size.matches() && Double.parseDouble(size.group(1)) > 0) {
      return Optional.of(size);
    }
    throw mistake.apply(key, "`" + key + "` is no size such as `512MB`");
  }

  private static long bytes(Matcher size) {
    String unit = size.group(2).toUpperCase(Locale.ROOT);
    double step = unit.contains("I") ? 1024 : 1000;
    return (long)
        (Double.parseDouble(size.group(1)) * Math.pow(step, 1 + "KMGT".indexOf(unit.charAt(0))));
  }

  /** The keys, for a person. */
  static List<String> keys() {
    return KEYS.stream().sorted().toList();
  }
}
