package tarn.assets.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import tarn.assets.AssetContext;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.WriteMode;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.Reads;
import tarn.assets.io.WritePlan.UnchangedPolicy;

/** Assets in Java, as a plugin would bring them. */
final class CodeAssets {
  private CodeAssets() {}

  static AssetDefinition of(
      String key, Function<AssetContext, Output> code, String... dependencies) {
    return new AssetDefinition(
        AssetKey.parse(key),
        new AssetBody.JavaCode("test.jar#" + key, code),
        "",
        "default",
        List.of(),
        new TreeMap<>(),
        Set.of("java"),
        new TreeSet<>(Stream.of(dependencies).map(AssetKey::parse).toList()),
        Reads.unknown(),
        new WriteMode.Replace(),
        List.of(),
        Set.of(),
        List.of(),
        Optional.empty(),
        UnchangedPolicy.SKIP,
        Map.of(),
        "1",
        Path.of("plugins/test.jar"));
  }
}
