package tarn.assets.io;

import java.util.Locale;

/** Names of columns as the engine compares them. */
final class Names {
  private Names() {}

  /** The engine takes {@code Id} and {@code ID} for one column. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
