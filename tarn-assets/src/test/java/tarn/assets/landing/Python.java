package tarn.assets.landing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tarn.base.Json;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/** Asks Python, which shares no code with the project. */
final class Python {
  private Python() {}

  /** What a script beside this class prints as JSON. */
  static JsonNode json(String script, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3"));
    command.add(
        Checkout.folder()
            .resolve("tarn-assets/src/test/resources/tarn/assets/landing")
            .resolve(script)
            .toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process python =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(python.waitFor()).as(script).isZero();
    return Objects.requireNonNull(Json.mapper().readTree(printed));
  }
}
