package tarn.assets.definition;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tarn.assets.Asset;
import tarn.assets.AssetKey;
import tarn.assets.AssetModule;
import tarn.assets.AssetSpec;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.assets.JavaAsset;
import tarn.assets.UnchangedContent;
import tarn.assets.io.WritePlan.UnchangedPolicy;
import tarn.base.TarnException;

/** The assets of one module of a plugin. */
final class PluginModule {
  private final PluginJar plugin;
  private final AssetModule module;

  PluginModule(PluginJar plugin, AssetModule module) {
    this.plugin = plugin;
    this.module = module;
  }

  List<Draft> drafts() {
    List<Draft> drafts = new ArrayList<>();
    for (Method method : annotatedMethods()) {
      AssetMethod asset = new AssetMethod(plugin, module, method);
      drafts.add(draft(asset.spec(), asset.code()));
    }
    String place = module.getClass().getName() + ".assets()";
    for (JavaAsset asset : named(place)) {
      AssetSpec spec = specOf(asset);
      drafts.add(
          draft(
              spec,
              PluginCode.of(
                  plugin.name() + "#" + asset.getClass().getName(),
                  module.getClass().getClassLoader(),
                  asset::produce)));
    }
    return drafts;
  }

  /** Its own and those it inherits, in an order that does not depend on the compiler. */
  private List<Method> annotatedMethods() {
    List<Method> methods = new ArrayList<>();
    for (Class<?> type = module.getClass(); type != null; type = type.getSuperclass()) {
      Stream.of(type.getDeclaredMethods())
          // The compiler's own copy of a method carries its annotation too.
          .filter(method -> method.isAnnotationPresent(Asset.class) && !method.isBridge())
          .forEach(methods::add);
    }
    methods.sort(Comparator.comparing(Method::toString));
    return methods;
  }

  private List<JavaAsset> named(String place) {
    try {
      return List.copyOf(module.assets());
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw plugin.invalid(place, "failed: " + e, e);
    }
  }

  private AssetSpec specOf(JavaAsset asset) {
    try {
      return Objects.requireNonNull(asset.spec(), "it is null");
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw plugin.invalid(asset.getClass().getName() + ".spec()", "failed: " + e.getMessage(), e);
    }
  }

  private Draft draft(AssetSpec spec, AssetBody.JavaCode code) {
    DeclarationRules.firstProblem(spec)
        .ifPresent(
            problem -> {
              throw plugin.invalid("the asset " + spec.key(), problem, null);
            });
    return new Draft(
        spec.key(),
        plugin.name(),
        code,
        settings(spec),
        spec.inputs(),
        checkQueries(spec),
        Optional.empty());
  }

  private AssetSettings settings(AssetSpec spec) {
    Map<String, String> columns = new LinkedHashMap<>(spec.columnDescriptions());
    Set<String> kinds = new LinkedHashSet<>(spec.kinds().stream().sorted().toList());
    return new AssetSettings(
        spec.description(),
        spec.group(),
        spec.owners(),
        new TreeMap<>(spec.tags()),
        kinds,
        spec.mode(),
        spec.partitionedBy(),
        spec.allowedChanges(),
        spec.checks(),
        spec.freshness(),
        policy(spec.unchanged()),
        columns,
        spec.codeVersion().or(() -> Optional.of(versionOf(spec.key()))));
  }

  private String versionOf(AssetKey key) {
    return CodeVersion.sha256(key + " " + plugin.version());
  }

  static UnchangedPolicy policy(UnchangedContent unchanged) {
    return switch (unchanged) {
      case SKIP -> UnchangedPolicy.SKIP;
      case ALWAYS_WRITE -> UnchangedPolicy.ALWAYS_WRITE;
    };
  }

  private List<QueryText> checkQueries(AssetSpec spec) {
    List<QueryText> queries = new ArrayList<>();
    for (Check check : spec.checks()) {
      if (check.rule() instanceof Rule.Query(String sql)) {
        queries.add(
            new QueryText(plugin.name() + "#" + spec.key() + "#" + check.name(), sql, 1, 0));
      }
    }
    return queries;
  }

  /** A key that a plugin wrote wrongly is the plugin's error. */
  static AssetKey key(PluginJar plugin, String place, String text) {
    try {
      return AssetKey.parse(text);
    } catch (TarnException e) {
      throw plugin.invalid(place, "names `" + text + "`, which is no asset key.", e);
    }
  }
}
