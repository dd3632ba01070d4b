package tarn.dagster.reconcile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tools.jackson.databind.JsonNode;

/** What Dagster has of the lake's tables. */
final class DagsterAssets {
  static final String ROOT = "ducklake";
  private static final String OWNER = "tarn/owner";

  private static final String ALL =
      """
      { assetNodes { assetKey { path } isPartitioned
          metadataEntries { label ... on TextMetadataEntry { text } } }
        workspaceOrError { __typename ... on Workspace { locationEntries { name
          locationOrLoadError { __typename ... on PythonError { message } } } } } }""";

  private static final String ONE =
      """
      query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { __typename
          ... on AssetNode { partitionKeys } } }""";

  private static final String MADE =
      """
      query($key: AssetKeyInput!, $partitions: [String!]) { assetNodeOrError(assetKey: $key) {
          ... on AssetNode { assetMaterializations(limit: 1, partitions: $partitions) {
            timestamp } } } }""";

  private final DagsterClient client;

  DagsterAssets(DagsterClient client) {
    this.client = client;
  }

  /**
   * The storage assets of all code locations.
   *
   * @throws TarnException {@code dagster.location-broken} when a code location does not load, as
   *     its tables would be taken for unknown
   */
  List<StorageAsset> storage() {
    JsonNode answer = client.query(ALL, Map.of());
    answer
        .path("workspaceOrError")
        .path("locationEntries")
        .valueStream()
        .filter(
            entry ->
                entry
                    .path("locationOrLoadError")
                    .path("__typename")
                    .asString("")
                    .equals("PythonError"))
        .findFirst()
        .ifPresent(DagsterAssets::broken);
    List<StorageAsset> found = new ArrayList<>();
    for (JsonNode node : answer.path("assetNodes")) {
      List<String> key =
          node.path("assetKey").path("path").valueStream().map(JsonNode::asString).toList();
      Optional<String> owner =
          node.path("metadataEntries")
              .valueStream()
              .filter(entry -> entry.path("label").asString("").equals(OWNER))
              .map(entry -> entry.path("text").asString(""))
              .findFirst();
      if (key.size() == 3 && key.getFirst().equals(ROOT) && owner.isPresent()) {
        Optional<List<String>> partitions =
            node.path("isPartitioned").asBoolean(false)
                ? Optional.of(partitions(key))
                : Optional.empty();
        found.add(
            new StorageAsset(
                key,
                key.get(1) + "." + key.get(2),
                List.of(owner.get().split("/", -1)),
                partitions));
      }
    }
    return found;
  }

  private static void broken(JsonNode entry) {
    throw new TarnException(
        ErrorCode.DAGSTER_LOCATION_BROKEN,
        "Dagster's code location %s does not load: %s"
            .formatted(
                entry.path("name").asString(""),
                entry.path("locationOrLoadError").path("message").asString("")),
        "Mend it and reload it; until then nobody knows which tables Dagster has.");
  }

  private List<String> partitions(List<String> key) {
    return client
        .query(ONE, Map.of("key", Map.of("path", key)))
        .path("assetNodeOrError")
        .path("partitionKeys")
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  /**
   * When an asset, or one partition of it, was materialized last, in milliseconds since 1970; 0 for
   * never.
   */
  long materializedAt(List<String> owner, Optional<String> partition) {
    Map<String, Object> variables = new HashMap<>(Map.of("key", Map.of("path", owner)));
    partition.ifPresent(key -> variables.put("partitions", List.of(key)));
    return client
        .query(MADE, variables)
        .path("assetNodeOrError")
        .path("assetMaterializations")
        .path(0)
        .path("timestamp")
        .asLong(0);
  }
}
