package tarn.gateway.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The functions that a query may call. It is a list of what is allowed, so that a function that
 * comes with another engine is refused until somebody has looked at it.
 */
final class AllowedFunctions {
  /** Those that stand behind FROM and make rows of their arguments alone. */
  static final Set<String> OF_TABLES =
      Set.of(
          "generate_series", "json_each", "json_tree", "range", "regexp_split_to_table", "unnest");

  /** Functions whose result is as long as a number says; the number's place among arguments. */
  static final Set<String> MAKING_LENGTH = Set.of("repeat", "lpad", "rpad");

  /** What such a number may be. */
  static final int LONGEST = 10_000;

  private static final Set<String> SCALARS = read();

  private AllowedFunctions() {}

  static boolean holds(String name) {
    return SCALARS.contains(name);
  }

  private static Set<String> read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    AllowedFunctions.class.getResourceAsStream(
                        "/tarn/gateway/sandbox/functions.txt")),
                StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.startsWith("#")).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
