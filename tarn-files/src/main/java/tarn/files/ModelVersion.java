package tarn.files;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A version of a model, which never changes; only the aliases that point to it do.
 *
 * @param digest of its files' names and contents ({@code spec/model-registry.md})
 * @param pickles the worst verdict on the pickles in it; empty when there is none
 * @param metadata a JSON object
 */
public record ModelVersion(
    String name,
    int version,
    String digest,
    long files,
    long bytes,
    Optional<String> pickles,
    Optional<String> description,
    List<String> tags,
    JsonNode metadata,
    Map<String, Double> metrics,
    List<TrainedOn> lineage,
    Optional<String> run,
    String pushedBy,
    Instant pushedAt,
    List<String> aliases) {

  /** A table that a version was trained on, as it was in a snapshot. */
  public record TrainedOn(String assetKey, long snapshot) {}

  /** {@code sepsis-risk@3}. */
  public String reference() {
    return name + "@" + version;
  }
}
