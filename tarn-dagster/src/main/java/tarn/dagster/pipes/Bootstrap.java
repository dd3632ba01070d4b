package tarn.dagster.pipes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What Dagster puts into its two variables: JSON, packed by zlib and written in Base64. */
final class Bootstrap {
  static final String CONTEXT = "DAGSTER_PIPES_CONTEXT";
  static final String MESSAGES = "DAGSTER_PIPES_MESSAGES";

  private Bootstrap() {}

  static JsonNode decoded(Map<String, String> environment, String variable) {
    String text = environment.getOrDefault(variable, "");
    try (InflaterInputStream packed =
        new InflaterInputStream(
            new ByteArrayInputStream(Base64.getDecoder().decode(text.strip())))) {
      return Json.mapper().readTree(new String(packed.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException | IllegalArgumentException | JacksonException e) {
      throw new TarnException(
          ErrorCode.USAGE,
          "The variable " + variable + " is not what Dagster Pipes puts there: " + e.getMessage(),
          "Let Dagster start the program, or unset " + CONTEXT + " and " + MESSAGES + ".",
          e);
    }
  }
}
