package tarn.assets.io;

import java.util.List;
import java.util.Locale;

/** DuckLake's partition expressions: a column, or one of a few functions of it. */
final class Partitions {
  private Partitions() {}

  /** So that two ways of writing one expression are equal. */
  static String normalized(String expression) {
    return expression.replace("\"", "").replace(" ", "").toLowerCase(Locale.ROOT);
  }

  /**
   * What to sort by so that the rows of a partition come together. Without it the engine holds a
   * buffer for each partition and thread, and writes as many files. Buckets are left out: they are
   * few by nature, and no function of the engine yields their number.
   */
  static List<String> order(List<String> expressions) {
    return expressions.stream().filter(expression -> !isBucket(expression)).toList();
  }

  static boolean haveBuckets(List<String> expressions) {
    return expressions.stream().anyMatch(Partitions::isBucket);
  }

  private static boolean isBucket(String expression) {
    return normalized(expression).startsWith("bucket(");
  }
}
