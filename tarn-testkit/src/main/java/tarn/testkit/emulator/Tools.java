package tarn.testkit.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import tarn.testkit.Checkout;

/** Where the set-up put the emulators. */
final class Tools {
  private Tools() {}

  /** The folder of one, of the version that the checkout names. */
  static Path folder(String name) {
    Properties versions = new Properties();
    try (InputStream content =
        Files.newInputStream(Checkout.folder().resolve("tools/emulators/versions"))) {
      versions.load(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path folder =
        Checkout.folder().resolve(".tarn/tools").resolve(name + "-" + versions.getProperty(name));
    if (!Files.isDirectory(folder)) {
      throw new AssertionError(folder + " is missing: run ./dev setup");
    }
    return folder;
  }

  /** The JVM that runs the tests. */
  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
