package tarn.assets.io;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tarn.assets.io.TypeEvolution.Reach;

/** Which simple types hold every value of which others, and what it takes to go from one on. */
final class Widening {
  /** Decimal digits that an integer type needs. */
  private static final Map<String, Integer> DIGITS =
      Map.of(
          "TINYINT", 3,
          "UTINYINT", 3,
          "SMALLINT", 5,
          "USMALLINT", 5,
          "INTEGER", 10,
          "UINTEGER", 10,
          "BIGINT", 19,
          "UBIGINT", 20);

  private static final List<String> SIGNED = List.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT");
  private static final List<String> UNSIGNED =
      List.of("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT");

  /** Each holds every value of those before it. */
  private static final List<String> TIMESTAMPS =
      List.of("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP");

  private Widening() {}

  /** Nothing when some value of {@code from} does not fit into {@code to}. */
  static Optional<Reach> reach(SqlType from, SqlType to) {
    if (from.equals(to)) {
      return Optional.of(Reach.NONE);
    }
    return switch (from) {
      case SqlType.Simple(String name) -> fromSimple(name.toUpperCase(Locale.ROOT), to);
      case SqlType.Decimal(int width, int scale) when to instanceof SqlType.Decimal wide -> {
        boolean holds = wide.scale() >= scale && wide.width() - wide.scale() >= width - scale;
        yield reach(holds, wide.scale() == scale ? Reach.ALTER : Reach.ALTER_AND_REWRITE);
      }
      case SqlType _ -> Optional.empty();
    };
  }

  private static Optional<Reach> fromSimple(String from, SqlType to) {
    if (to instanceof SqlType.Decimal(int width, int scale)) {
      Integer digits = DIGITS.get(from);
      return reach(digits != null && width - scale >= digits, Reach.ALTER_AND_REWRITE);
    }
    if (!(to instanceof SqlType.Simple(String name))) {
      return Optional.empty();
    }
    String target = name.toUpperCase(Locale.ROOT);
    if (isLargerInteger(from, target)) {
      return Optional.of(Reach.ALTER);
    }
    return reach(
        switch (target) {
          case "DOUBLE" ->
              from.equals("FLOAT") || DIGITS.getOrDefault(from, Integer.MAX_VALUE) <= 10;
          case "FLOAT" -> DIGITS.getOrDefault(from, Integer.MAX_VALUE) <= 5;
          case "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_S" ->
              from.equals("DATE")
                  || (TIMESTAMPS.contains(from)
                      && TIMESTAMPS.indexOf(from) < TIMESTAMPS.indexOf(target));
          default -> false;
        },
        Reach.ALTER_AND_REWRITE);
  }

  private static boolean isLargerInteger(String from, String to) {
    int signed = SIGNED.indexOf(to);
    int unsigned = UNSIGNED.indexOf(from);
    return unsigned >= 0
        ? unsigned < signed || unsigned < UNSIGNED.indexOf(to)
        : SIGNED.contains(from) && SIGNED.indexOf(from) < signed;
  }

  private static Optional<Reach> reach(boolean holds, Reach reach) {
    return holds ? Optional.of(reach) : Optional.empty();
  }
}
