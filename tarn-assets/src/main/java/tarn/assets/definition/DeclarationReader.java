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
import tarn.assets.WriteMode;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.WritePlan.UnchangedPolicy;

/** Reads the keys that assets of every kind share. */
final class DeclarationReader {
  private final TableReader table;

  private DeclarationReader(TableReader table) {
    this.table = table;
  }

  static AssetSettings read(TableReader table) {
    return new DeclarationReader(table).read();
  }

  private AssetSettings read() {
    List<String> partitionedBy = partitionedBy();
    return new AssetSettings(
        table.text("description").orElse(""),
        table
            .text("group")
            .map(group -> checked("group", group, DeclarationRules.GROUP, "my_group")),
        table.texts("owners").stream()
            .map(owner -> checked("owners", owner, DeclarationRules.OWNER, "team:clinical-data"))
            .toList(),
        tags(),
        kinds(),
        mode(partitionedBy),
        partitionedBy,
        new LinkedHashSet<>(table.choices("allow", SchemaChange.class)),
        ChecksReader.read(table.tables("checks")),
        table.duration("freshness"),
        table.choice("unchanged", UnchangedPolicy.class).orElse(UnchangedPolicy.SKIP),
        new LinkedHashMap<>(table.textsByName("columns")),
        table.text("code_version"));
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
  private enum Mode {
    REPLACE,
    APPEND,
    MERGE,
    OVERWRITE_PARTITIONS
  }

  private WriteMode mode(List<String> partitionedBy) {
    if (!table.has("write")) {
      return new WriteMode.Replace();
    }
    Optional<TableReader> write = shortMode().isPresent() ? Optional.empty() : table.table("write");
    write.ifPresent(keys -> keys.only(DeclarationKey.names(DeclarationKey.WRITE)));
    Mode mode =
        shortMode()
            .or(() -> write.flatMap(keys -> keys.choice("mode", Mode.class)))
            .orElse(Mode.REPLACE);
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
