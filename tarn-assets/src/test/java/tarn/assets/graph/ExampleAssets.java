package tarn.assets.graph;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tarn.assets.AssetKey;
import tarn.assets.WriteMode;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.Reads;
import tarn.assets.io.WritePlan.UnchangedPolicy;

/** Assets of which only the graph matters. */
final class ExampleAssets {
  private ExampleAssets() {}

  static AssetDefinition asset(String key, String... dependencies) {
    return asset(key, List.of(dependencies), "default", Map.of(), List.of("sql"), List.of());
  }

  static AssetDefinition asset(
      String key,
      List<String> dependencies,
      String group,
      Map<String, String> tags,
      List<String> kinds,
      List<String> owners) {
    return new AssetDefinition(
        AssetKey.parse(key),
        new AssetBody.SqlQuery("SELECT 1"),
        "",
        group,
        owners,
        new TreeMap<>(tags),
        new LinkedHashSet<>(kinds),
        new TreeSet<>(dependencies.stream().map(AssetKey::parse).toList()),
        Reads.unknown(),
        new WriteMode.Replace(),
        List.of(),
        Set.of(),
        List.of(),
        Optional.empty(),
        UnchangedPolicy.SKIP,
        Map.of(),
        "",
        Path.of("assets", key + ".sql"));
  }

  /** {@code a<b,c} is an asset a that reads b and c. */
  static AssetGraph graph(String... assets) {
    return AssetGraph.of(
        Stream.of(assets)
            .map(
                text -> {
                  String[] parts = text.split("<");
                  return asset(parts[0], parts.length == 1 ? new String[0] : parts[1].split(","));
                })
            .toList());
  }
}
