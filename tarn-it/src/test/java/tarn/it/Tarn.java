package tarn.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tarn.base.Json;
import tarn.it.launcher.Started;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/** The program as a person starts it, in a process of its own. */
final class Tarn {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("JAVA_HOME", System.getProperty("java.home"), "NO_COLOR", "1");

  private Tarn() {}

  static Started start(Path folder, String... arguments) throws IOException {
    return Started.in(folder, ENVIRONMENT, Checkout.folder().resolve("tarn"), arguments);
  }

  static Started startWith(String variable, String value, Path folder, String... arguments)
      throws IOException {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put(variable, value);
    return Started.in(folder, environment, Checkout.folder().resolve("tarn"), arguments);
  }

  /** Runs one command to its end, which must be a good one. */
  static Started.Ended run(Path folder, String... arguments) throws Exception {
    Started.Ended ended = start(folder, arguments).end();
    if (ended.exitCode() != 0) {
      throw new AssertionError(
          "tarn %s ended with %d:%n%s%n%s"
              .formatted(String.join(" ", arguments), ended.exitCode(), ended.out(), ended.err()));
    }
    return ended;
  }

  static JsonNode json(Path folder, String... arguments) throws Exception {
    return Json.mapper().readTree(run(folder, arguments).out());
  }
}
