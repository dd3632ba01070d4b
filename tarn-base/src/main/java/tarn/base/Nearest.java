package tarn.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that a mistyped one was most likely meant to be. */
public final class Nearest {
  private Nearest() {}

  /** The candidate with the least edits, when it is near enough to be worth naming. */
  public static Optional<String> to(String word, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .filter(best -> distance(word, best) <= Math.max(2, word.length() / 3));
  }

  /** {@code "; did you mean `x`?"}, or nothing when no candidate is near. */
  public static String hint(String word, Collection<String> candidates) {
    return to(word, candidates).map(best -> "; did you mean `" + best + "`?").orElse("");
  }

  /** Levenshtein's distance: insertions, deletions and substitutions. */
  static int distance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int substitution = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                Math.min(current[column - 1], previous[column]) + 1,
                previous[column - 1] + substitution);
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
