package tarn.assets;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an author declares of a {@link JavaAsset}. Start with {@link #of} and name what differs from
 * the defaults.
 *
 * @param inputs assets that it reads
 * @param group the first part of its key when it is not given
 * @param codeVersion a hash of the plugin's content when it is not given
 */
public record AssetSpec(
    AssetKey key,
    Set<AssetKey> inputs,
    String description,
    Optional<String> group,
    List<String> owners,
    Map<String, String> tags,
    Set<String> kinds,
    WriteMode mode,
    List<String> partitionedBy,
    Set<SchemaChange> allowedChanges,
    List<Check> checks,
    Optional<Duration> freshness,
    UnchangedContent unchanged,
    Map<String, String> columnDescriptions,
    Optional<String> codeVersion) {

  public AssetSpec {
    inputs = Set.copyOf(inputs);
    owners = List.copyOf(owners);
    tags = Map.copyOf(tags);
    kinds = Set.copyOf(kinds);
    partitionedBy = List.copyOf(partitionedBy);
    allowedChanges = Set.copyOf(allowedChanges);
    checks = List.copyOf(checks);
    columnDescriptions = Map.copyOf(columnDescriptions);
  }

  /** An asset that reads no other and replaces its table. */
  public static AssetSpec of(String key) {
    return new Builder(AssetKey.parse(key)).build();
  }

  public AssetSpec inputs(String... keys) {
    Builder builder = new Builder(this);
    builder.inputs = Set.copyOf(List.of(keys).stream().map(AssetKey::parse).toList());
    return builder.build();
  }

  public AssetSpec description(String text) {
    Builder builder = new Builder(this);
    builder.description = text;
    return builder.build();
  }

  public AssetSpec group(String name) {
    Builder builder = new Builder(this);
    builder.group = Optional.of(name);
    return builder.build();
  }

  public AssetSpec owners(String... names) {
    Builder builder = new Builder(this);
    builder.owners = List.of(names);
    return builder.build();
  }

  /** One tag more. */
  public AssetSpec tag(String name, String value) {
    Builder builder = new Builder(this);
    builder.tags = new LinkedHashMap<>(tags);
    builder.tags.put(name, value);
    return builder.build();
  }

  public AssetSpec kinds(String... names) {
    Builder builder = new Builder(this);
    builder.kinds = Set.of(names);
    return builder.build();
  }

  public AssetSpec write(WriteMode writeMode) {
    Builder builder = new Builder(this);
    builder.mode = writeMode;
    return builder.build();
  }

  public AssetSpec partitionBy(String... expressions) {
    Builder builder = new Builder(this);
    builder.partitionedBy = List.of(expressions);
    return builder.build();
  }

  public AssetSpec allow(SchemaChange... changes) {
    Builder builder = new Builder(this);
    builder.allowedChanges = Set.of(changes);
    return builder.build();
  }

  public AssetSpec checks(Check... list) {
    Builder builder = new Builder(this);
    builder.checks = List.of(list);
    return builder.build();
  }

  public AssetSpec freshness(Duration span) {
    Builder builder = new Builder(this);
    builder.freshness = Optional.of(span);
    return builder.build();
  }

  public AssetSpec unchanged(UnchangedContent policy) {
    Builder builder = new Builder(this);
    builder.unchanged = policy;
    return builder.build();
  }

  /** What one column more means. */
  public AssetSpec column(String name, String text) {
    Builder builder = new Builder(this);
    builder.columnDescriptions = new LinkedHashMap<>(columnDescriptions);
    builder.columnDescriptions.put(name, text);
    return builder.build();
  }

  public AssetSpec codeVersion(String version) {
    Builder builder = new Builder(this);
    builder.codeVersion = Optional.of(version);
    return builder.build();
  }

  /** The parts of a spec while one of them is changed. */
  private static final class Builder {
    private final AssetKey key;
    private Set<AssetKey> inputs = Set.of();
    private String description = "";
    private Optional<String> group = Optional.empty();
    private List<String> owners = List.of();
    private Map<String, String> tags = Map.of();
    private Set<String> kinds = Set.of();
    private WriteMode mode = new WriteMode.Replace();
    private List<String> partitionedBy = List.of();
    private Set<SchemaChange> allowedChanges = Set.of();
    private List<Check> checks = List.of();
    private Optional<Duration> freshness = Optional.empty();
    private UnchangedContent unchanged = UnchangedContent.SKIP;
    private Map<String, String> columnDescriptions = Map.of();
    private Optional<String> codeVersion = Optional.empty();

    Builder(AssetKey key) {
      this.key = key;
    }

    Builder(AssetSpec spec) {
      this(spec.key);
      inputs = spec.inputs;
      description = spec.description;
      group = spec.group;
      owners = spec.owners;
      tags = spec.tags;
      kinds = spec.kinds;
      mode = spec.mode;
      partitionedBy = spec.partitionedBy;
      allowedChanges = spec.allowedChanges;
      checks = spec.checks;
      freshness = spec.freshness;
      unchanged = spec.unchanged;
      columnDescriptions = spec.columnDescriptions;
      codeVersion = spec.codeVersion;
    }

    AssetSpec build() {
      return new AssetSpec(
          key,
          inputs,
          description,
          group,
          owners,
          tags,
          kinds,
          mode,
          partitionedBy,
          allowedChanges,
          checks,
          freshness,
          unchanged,
          columnDescriptions,
          codeVersion);
    }
  }
}
