package tarn.assets.definition;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tarn.assets.Asset;
import tarn.assets.AssetContext;
import tarn.assets.AssetKey;
import tarn.assets.AssetModule;
import tarn.assets.AssetSpec;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.assets.Check.Severity;
import tarn.assets.Input;
import tarn.assets.Output;
import tarn.assets.WriteMode;

/** A method with {@link Asset}: what it declares, and how it is called. */
final class AssetMethod {
  private final PluginJar plugin;
  private final AssetModule module;
  private final Method method;
  private final Asset declared;
  private final String place;

  AssetMethod(PluginJar plugin, AssetModule module, Method method) {
    this.plugin = plugin;
    this.module = module;
    this.method = method;
    this.declared = method.getAnnotation(Asset.class);
    this.place = method.getDeclaringClass().getName() + "." + method.getName() + "()";
  }

  AssetSpec spec() {
    AssetSpec plain = AssetSpec.of(PluginModule.key(plugin, place, declared.key()).toString());
    return new AssetSpec(
        plain.key(),
        inputs(),
        declared.description(),
        optional(declared.group()),
        List.of(declared.owners()),
        tags(),
        Set.copyOf(List.of(declared.kinds())),
        mode(),
        List.of(declared.partitionBy()),
        Set.copyOf(List.of(declared.allow())),
        checks(),
        optional(declared.freshness()).map(this::duration),
        declared.unchanged(),
        Map.of(),
        optional(declared.codeVersion()));
  }

  AssetBody.JavaCode code() {
    refuseUncallable();
    List<Function<AssetContext, Object>> arguments = arguments();
    MethodHandle handle = handle();
    return PluginCode.of(
        plugin.name() + "#" + place,
        module.getClass().getClassLoader(),
        context -> {
          List<Object> values = new ArrayList<>();
          arguments.forEach(argument -> values.add(argument.apply(context)));
          return (Output) handle.invokeWithArguments(values);
        });
  }

  private void refuseUncallable() {
    if (!Modifier.isPublic(method.getModifiers())
        || !Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
      throw plugin.invalid(place, "is an asset, so it and its class must be public.", null);
    }
    if (!Output.class.isAssignableFrom(method.getReturnType())) {
      throw plugin.invalid(
          place,
          "is an asset, so it must return an Output, not %s."
              .formatted(method.getReturnType().getSimpleName()),
          null);
    }
  }

  private MethodHandle handle() {
    try {
      MethodHandle handle = MethodHandles.publicLookup().unreflect(method);
      return Modifier.isStatic(method.getModifiers()) ? handle : handle.bindTo(module);
    } catch (IllegalAccessException e) {
      throw plugin.invalid(place, "cannot be called: " + e.getMessage(), e);
    }
  }

  private List<Function<AssetContext, Object>> arguments() {
    List<Function<AssetContext, Object>> arguments = new ArrayList<>();
    for (Parameter parameter : method.getParameters()) {
      Input input = parameter.getAnnotation(Input.class);
      if (input != null && parameter.getType() == Output.Relation.class) {
        AssetKey key = PluginModule.key(plugin, place, input.value());
        arguments.add(context -> context.input(key));
      } else if (input == null && parameter.getType() == AssetContext.class) {
        arguments.add(context -> context);
      } else {
        throw plugin.invalid(
            place,
            "has the parameter `%s %s`; it must be an AssetContext, or an Output.Relation with @Input."
                .formatted(parameter.getType().getSimpleName(), parameter.getName()),
            null);
      }
    }
    return arguments;
  }

  private Set<AssetKey> inputs() {
    Set<AssetKey> inputs = new LinkedHashSet<>();
    for (Parameter parameter : method.getParameters()) {
      Input input = parameter.getAnnotation(Input.class);
      if (input != null) {
        inputs.add(PluginModule.key(plugin, place, input.value()));
      }
    }
    return inputs;
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new LinkedHashMap<>();
    for (String tag : declared.tags()) {
      int equal = tag.indexOf('=');
      tags.put(
          equal < 0 ? tag : tag.substring(0, equal), equal < 0 ? "" : tag.substring(equal + 1));
    }
    return tags;
  }

  private WriteMode mode() {
    List<String> keys = List.of(declared.keys());
    if (declared.write() != Asset.Mode.MERGE && !keys.isEmpty()) {
      throw plugin.invalid(place, "has keys, which only the mode MERGE takes.", null);
    }
    return switch (declared.write()) {
      case REPLACE -> new WriteMode.Replace();
      case APPEND -> new WriteMode.Append();
      case MERGE -> new WriteMode.Merge(keys, declared.unmatched());
      case OVERWRITE_PARTITIONS ->
          new WriteMode.OverwritePartitions(List.of(declared.partitionBy()));
    };
  }

  private List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    if (declared.notNull().length > 0) {
      checks.add(
          blocking("not_null", new Rule.NotNull(List.of(declared.notNull())), declared.notNull()));
    }
    if (declared.unique().length > 0) {
      checks.add(
          blocking("unique", new Rule.Unique(List.of(declared.unique())), declared.unique()));
    }
    return checks;
  }

  private static Check blocking(String name, Rule rule, String[] columns) {
    return new Check(name + "_" + String.join("_", columns), rule, Severity.BLOCKING);
  }

  private Duration duration(String text) {
    return Durations.parse(text)
        .orElseThrow(
            () ->
                plugin.invalid(
                    place,
                    "has the freshness `%s`, no span of time such as `24h`.".formatted(text),
                    null));
  }

  private static Optional<String> optional(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
