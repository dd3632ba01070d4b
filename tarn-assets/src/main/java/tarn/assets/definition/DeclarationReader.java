package tarn.assets.definition;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tarn.assets.SchemaChange;
import tarn.assets.UnchangedContent;
import tarn.assets.WriteMode;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.WritePlan.UnchangedPolicy;

/** Reads the keys that assets of every kind share. */
final class DeclarationReader {
  private final TableReader table;
  private final Mode usualMode;

  private DeclarationReader(TableReader table, Mode usualMode) {
    this.table = table;
    this.usualMode = usualMode;
  }

  /**
   * @param usualMode of an asset that does not say how its output is written
   */
  static AssetSettings read(TableReader table, Mode usualMode) {
    return new DeclarationReader(table, usualMode).read();
  }

  private AssetSettings read() {
    List<String> partitionedBy = table.attempt(List.of(), this::partitionedBy);
    return new AssetSettings(
        table.attempt("", () -> table.text("description").orElse("")),
        table.attempt(Optional.empty(), this::group),
        table.attempt(List.of(), this::owners),
        table.attempt(new TreeMap<>(), this::tags),
        table.attempt(Set.of(), this::kinds),
        table.attempt(new WriteMode.Replace(), () -> mode(partitionedBy)),
        partitionedBy,
        table.attempt(
            Set.of(), () -> new LinkedHashSet<>(table.choices("allow", SchemaChange.class))),
        ChecksReader.read(table),
        table.attempt(Optional.empty(), () -> table.duration("freshness")),
        table.attempt(UnchangedPolicy.SKIP, this::unchanged),
        table.attempt(Map.of(), () -> new LinkedHashMap<>(table.textsByName("columns"))),
        table.attempt(Optional.empty(), () -> table.text("code_version")));
  }

  private Optional<String> group() {
    return table
        .text("group")
        .map(group -> checked("group", group, DeclarationRules.GROUP, "my_group"));
  }

  private List<String> owners() {
    return table.texts("owners").stream()
        .map(owner -> checked("owners", owner, DeclarationRules.OWNER, "team:clinical-data"))
        .toList();
  }

  private UnchangedPolicy unchanged() {
    return table
        .choice("unchanged", UnchangedContent.class)
        .map(PluginModule::policy)
        .orElse(UnchangedPolicy.SKIP);
  }

  private String checked(String key, String value, Pattern pattern, String example) {
    if (!pattern.matcher(value).matches()) {
      throw table.error(
          key, "holds `" + value + "`, which cannot be one.", "Write it as in `" + example + "`.");
    }
    return value;
  }

  private SortedMap<String, String> tags() {
    SortedMap<String, String> tags = new TreeMap<>();
    for (Map.Entry<String, String> tag : table.textsByName("tags").entrySet()) {
      checked("tags", tag.getKey(), DeclarationRules.TAG_KEY, "layer");
      tags.put(
          tag.getKey(), checked("tags", tag.getValue(), DeclarationRules.TAG_VALUE, "curated"));
    }
    return tags;
  }

  private Set<String> kinds() {
    Set<String> kinds = new LinkedHashSet<>();
    table
        .texts("kinds")
        .forEach(kind -> kinds.add(checked("kinds", kind, DeclarationRules.TAG_VALUE, "fhir")));
    return kinds;
  }

  private List<String> partitionedBy() {
    List<String> expressions = table.texts("partition_by");
    for (String expression : expressions) {
      checked("partition_by", expression, DeclarationRules.PARTITION, "year(birth_datetime)");
    }
    return expressions;
  }

  /** How a declaration spells the modes. */
  enum Mode {
    REPLACE,
    APPEND,
    MERGE,
    OVERWRITE_PARTITIONS
  }

  private WriteMode mode(List<String> partitionedBy) {
    Optional<TableReader> write = shortMode().isPresent() ? Optional.empty() : table.table("write");
    write.ifPresent(keys -> keys.only(DeclarationKey.names(DeclarationKey.WRITE)));
    Mode mode =
        shortMode()
            .or(() -> write.flatMap(keys -> keys.choice("mode", Mode.class)))
            .orElse(usualMode);
    return switch (mode) {
      case REPLACE -> {
        refuse(write, mode, "keys", "unmatched", "columns");
        yield new WriteMode.Replace();
      }
      case APPEND -> {
        refuse(write, mode, "keys", "unmatched", "columns");
        yield new WriteMode.Append();
      }
      case MERGE -> {
        refuse(write, mode, "columns");
        yield new WriteMode.Merge(
            write
                .map(keys -> keys.texts("keys"))
                .filter(keys -> !keys.isEmpty())
                .orElseThrow(() -> write.orElse(table).missing("keys", "keys = [\"person_id\"]")),
            write
                .flatMap(keys -> keys.choice("unmatched", Unmatched.class))
                .orElse(Unmatched.KEEP));
      }
      case OVERWRITE_PARTITIONS -> {
        refuse(write, mode, "keys", "unmatched");
        yield new WriteMode.OverwritePartitions(partitionColumns(write, partitionedBy));
      }
    };
  }

  private Optional<Mode> shortMode() {
    return table.isTable("write") ? Optional.empty() : table.choice("write", Mode.class);
  }

  private List<String> partitionColumns(Optional<TableReader> write, List<String> partitionedBy) {
    List<String> named = write.map(keys -> keys.texts("columns")).orElse(List.of());
    if (!named.isEmpty()) {
      return named;
    }
    List<String> plain =
        partitionedBy.stream()
            .map(DeclarationRules::plainColumn)
            .flatMap(Optional::stream)
            .toList();
    if (plain.isEmpty() || plain.size() < partitionedBy.size()) {
      throw write.orElse(table).missing("columns", "columns = [\"visit_date\"]");
    }
    return plain;
  }

  private static void refuse(Optional<TableReader> write, Mode mode, String... keys) {
    for (String key : keys) {
      if (write.isPresent() && write.get().has(key)) {
        throw write
            .get()
            .error(
                key,
                "has no meaning with the mode `" + TableReader.spelled(mode) + "`.",
                "Take it out, or name the mode that it belongs to.");
      }
    }
  }
}
