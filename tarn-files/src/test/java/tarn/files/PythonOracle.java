package tarn.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tarn.base.Json;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/** Programs in Python that read the same files with the libraries that their fields use. */
public final class PythonOracle {
  private PythonOracle() {}

  /** What a program of {@code src/test/oracle} prints, a JSON value a line. */
  public static List<JsonNode> lines(String program, String... arguments) throws Exception {
    Path out = Files.createTempFile("oracle", ".json");
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Checkout.folder().resolve(".tarn/venv-files/bin/python").toString(),
                  Checkout.folder().resolve("tarn-files/src/test/oracle/" + program).toString()));
      command.addAll(Arrays.asList(arguments));
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (process.waitFor() != 0) {
        throw new AssertionError("the oracle " + program + " failed");
      }
      return read(out);
    } finally {
      Files.delete(out);
    }
  }

  private static List<JsonNode> read(Path out) throws IOException {
    List<JsonNode> values = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      values.add(Json.mapper().readTree(line));
    }
    return values;
  }
}
