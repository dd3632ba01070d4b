package tarn.dagster.pipes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What Dagster tells of its run: in the variable itself, or in a file that it names. */
final class PipesContext {
  private PipesContext() {}

  static JsonNode read(Map<String, String> environment) {
    JsonNode said = Bootstrap.decoded(environment, Bootstrap.CONTEXT);
    String path = said.path("path").asString("");
    if (path.isEmpty()) {
      return said.path("data");
    }
    try {
      return Json.mapper().readTree(Files.readString(Path.of(path)));
    } catch (IOException | JacksonException e) {
      throw new TarnException(
          ErrorCode.USAGE,
          "The context that Dagster left in " + path + " cannot be read: " + e.getMessage(),
          "Start the run again; Dagster removes the file when its step has ended.",
          e);
    }
  }
}
