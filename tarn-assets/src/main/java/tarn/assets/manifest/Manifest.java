package tarn.assets.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.assets.WriteMode;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.Reads.Repeatability;
import tarn.assets.graph.AssetGraph;
import tarn.assets.landing.LandingSource;
import tarn.lake.TableName;

/** What a station's assets are, for other programs; spec/manifest.md specifies the document. */
public final class Manifest {
  /** Grows when a reader of the older form would misread the newer one. */
  public static final int VERSION = 1;

  private Manifest() {}

  /**
   * The document as maps, lists, texts, numbers and nulls, always in the same order.
   *
   * @param stationName the setting {@code name}
   */
  public static Map<String, Object> of(String stationName, AssetGraph graph, LakeColumns columns) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("manifest_version", VERSION);
    manifest.put("station", Map.of("name", stationName));
    List<Object> assets = new ArrayList<>();
    graph.definitions().values().forEach(asset -> assets.add(asset(asset, graph, columns)));
    manifest.put("assets", assets);
    return manifest;
  }

  private static Map<String, @Nullable Object> asset(
      AssetDefinition asset, AssetGraph graph, LakeColumns columns) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    TableName table = asset.key().table();
    values.put("key", asset.key().segments());
    values.put("table", table(table));
    values.put("description", asset.description());
    values.put("group", asset.group());
    values.put("owners", asset.owners());
    values.put("tags", asset.tags());
    values.put("kinds", new TreeSet<>(asset.kinds()));
    values.put("source", source(asset.body()));
    values.put("dependencies", keys(asset.dependencies()));
    values.put("dependents", keys(graph.downstream(asset.key())));
    values.put(
        "external_tables", asset.reads().externalTables().stream().map(Manifest::table).toList());
    values.put("files", List.copyOf(asset.reads().files()));
    values.put("repeatable", asset.reads().repeatability() == Repeatability.REPEATABLE);
    values.put("write", write(asset.mode()));
    values.put("partitions", asset.partitionedBy());
    values.put(
        "allow", new TreeSet<>(asset.allowedChanges().stream().map(Manifest::spelled).toList()));
    values.put("unchanged", spelled(asset.unchanged()));
    values.put("freshness_seconds", asset.freshness().map(span -> span.toSeconds()).orElse(null));
    values.put("checks", asset.checks().stream().map(ManifestChecks::check).toList());
    values.put("columns", columns(asset, columns.of(table)));
    values.put("column_descriptions", new TreeMap<>(asset.columnDescriptions()));
    values.put("code_version", asset.codeVersion());
    values.put("defined_in", asset.definedIn().toString().replace('\\', '/'));
    return values;
  }

  static Map<String, Object> table(TableName table) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("schema", table.schema());
    values.put("name", table.table());
    return values;
  }

  private static List<List<String>> keys(SortedSet<AssetKey> keys) {
    return keys.stream().map(AssetKey::segments).toList();
  }

  private static Map<String, Object> source(AssetBody body) {
    Map<String, Object> values = new LinkedHashMap<>();
    switch (body) {
      case AssetBody.SqlQuery(String query) -> {
        values.put("type", "sql");
        values.put("query", query);
      }
      case AssetBody.Landing(LandingSource landing) -> {
        values.put("type", "landing");
        values.put("files", landing.patterns());
        values.put("format", spelled(landing.format()));
        values.put("columns", landing.columns().stream().map(Manifest::column).toList());
      }
      case AssetBody.JavaCode(String origin, var _) -> {
        values.put("type", "java");
        values.put("code", origin);
      }
    }
    return values;
  }

  private static Map<String, Object> column(LandingSource.Column column) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", column.name());
    values.put("type", column.type());
    return values;
  }

  private static Map<String, Object> write(WriteMode mode) {
    Map<String, Object> values = new LinkedHashMap<>();
    switch (mode) {
      case WriteMode.Replace() -> values.put("mode", "replace");
      case WriteMode.Append() -> values.put("mode", "append");
      case WriteMode.Merge(List<String> keys, WriteMode.Unmatched unmatched) -> {
        values.put("mode", "merge");
        values.put("keys", keys);
        values.put("unmatched", spelled(unmatched));
      }
      case WriteMode.OverwritePartitions(List<String> partitionColumns) -> {
        values.put("mode", "overwrite_partitions");
        values.put("columns", partitionColumns);
      }
    }
    return values;
  }

  /** Null when the table is not in the lake. */
  private static @Nullable Object columns(AssetDefinition asset, List<LakeColumns.Column> columns) {
    if (columns.isEmpty()) {
      return null;
    }
    List<Object> all = new ArrayList<>();
    for (LakeColumns.Column column : columns) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("name", column.name());
      values.put("type", column.type());
      values.put("description", description(asset, column.name()).orElse(""));
      all.add(values);
    }
    return all;
  }

  private static Optional<String> description(AssetDefinition asset, String column) {
    return asset.columnDescriptions().entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(column))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
