package tarn.testkit.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

/** Where the set-up put the emulators. */
final class Tools {
  private Tools() {}

  /** The folder of one, of the version that the checkout names. */
  static Path folder(String name) {
    Properties versions = new Properties();
    try (InputStream content =
        Files.newInputStream(checkout().resolve("tools/emulators/versions"))) {
      versions.load(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path folder =
        checkout().resolve(".tarn/tools").resolve(name + "-" + versions.getProperty(name));
    if (!Files.isDirectory(folder)) {
      throw new AssertionError(folder + " is missing: run ./dev setup");
    }
    return folder;
  }

  private static Path checkout() {
    return Path.of(
        Objects.requireNonNull(
            System.getProperty("tarn.checkout"), "the build passes -Dtarn.checkout"));
  }

  /** The JVM that runs the tests. */
  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
