package tarn.assets.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tarn.base.TarnException;

/**
 * The mistakes that are found in a station's declarations. All are told at once: whoever mends one
 * should not meet the next only then.
 */
final class Mistakes {
  private static final int SHOWN = 20;

  private final List<TarnException> found = new ArrayList<>();

  void add(TarnException mistake) {
    found.add(mistake);
  }

  /** What was read, or {@code otherwise} when there is a mistake in it. */
  <T> T attempt(T otherwise, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (TarnException e) {
      add(e);
      return otherwise;
    }
  }

  void attempt(Runnable reading) {
    try {
      reading.run();
    } catch (TarnException e) {
      add(e);
    }
  }

  boolean any() {
    return !found.isEmpty();
  }

  /** One mistake as it is; several as one error, with the code of the first. */
  void refuse() {
    if (found.size() == 1) {
      throw found.getFirst();
    }
    if (any()) {
      TarnException all =
          new TarnException(
              found.getFirst().code(),
              "There are %d mistakes in the station's assets.\n\n%s%s"
                  .formatted(
                      found.size(),
                      found.stream()
                          .limit(SHOWN)
                          .map(Mistakes::described)
                          .collect(Collectors.joining("\n\n")),
                      found.size() > SHOWN ? "\n\nand " + (found.size() - SHOWN) + " more." : ""),
              "Mend them; below each stands how.");
      found.forEach(all::addSuppressed);
      throw all;
    }
  }

  private static String described(TarnException mistake) {
    return mistake.getMessage() + "\n  → " + mistake.remedy();
  }
}
