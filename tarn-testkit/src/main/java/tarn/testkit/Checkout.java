package tarn.testkit;

import java.nio.file.Path;
import java.util.Objects;
import tarn.lake.extension.ExtensionStore;

/** Where the tests' own parts lie. */
public final class Checkout {
  private Checkout() {}

  /** The folder of the sources: the build passes it as {@code tarn.checkout}. */
  public static Path folder() {
    return Path.of(
        Objects.requireNonNull(
            System.getProperty("tarn.checkout"), "the build passes -Dtarn.checkout"));
  }

  /** The engine's extensions, as the set-up puts them. */
  public static ExtensionStore extensions() {
    return new ExtensionStore(folder().resolve(".tarn/extensions"));
  }
}
