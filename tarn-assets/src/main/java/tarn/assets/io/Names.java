package tarn.assets.io;

import java.util.Locale;
import java.util.Set;

/** Names of columns as the engine compares them. */
final class Names {
  private Names() {}

  /** The engine takes {@code Id} and {@code ID} for one column. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * A name for a column that is gone before the transaction ends.
   *
   * @param taken folded names
   */
  static String unused(Set<String> taken) {
    String name = "_tarn_placeholder";
    while (taken.contains(name)) {
      name += "_";
    }
    return name;
  }
}
