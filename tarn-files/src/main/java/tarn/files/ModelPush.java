package tarn.files;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What is to become a version of a model.
 *
 * @param paths files, or one folder with all that is below it
 * @param metadata a JSON object
 * @param aliases that are to point to the version
 */
public record ModelPush(
    List<Path> paths,
    String name,
    Optional<String> description,
    List<String> tags,
    JsonNode metadata,
    Map<String, Double> metrics,
    List<ModelVersion.TrainedOn> lineage,
    Optional<String> run,
    List<String> aliases,
    PicklePolicy policy) {}
