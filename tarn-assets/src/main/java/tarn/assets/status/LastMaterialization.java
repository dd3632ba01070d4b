package tarn.assets.status;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A materialization as the lake remembers it.
 *
 * @param rows of the table at that time
 * @param inputs a version of each table that it read, by asset key or {@code table:schema.name}
 */
public record LastMaterialization(
    String runId,
    Instant finished,
    long snapshot,
    long rows,
    String codeVersion,
    Optional<String> dataVersion,
    Map<String, String> inputs) {

  public LastMaterialization {
    inputs = Map.copyOf(inputs);
  }
}
