package tarn.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.graph.AssetGraph;
import tarn.assets.status.AssetStatus;
import tarn.assets.status.Condition;
import tarn.assets.status.LastMaterialization;
import tarn.base.Human;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.cli.text.Times;

/** How assets and their states are shown. */
final class AssetsReport {
  private AssetsReport() {}

  static String table(List<AssetStatus> assets, Style style) {
    TextTable table =
        new TextTable(
            List.of(
                Column.left("asset"),
                Column.left("table"),
                Column.left("kind"),
                Column.left("group"),
                Column.left("depends on"),
                Column.left("materialized"),
                Column.right("rows"),
                Column.left("state")));
    for (AssetStatus each : assets) {
      AssetDefinition asset = each.definition();
      table.add(
          List.of(
              asset.key().toString(),
              asset.key().table().toString(),
              String.join(", ", asset.kinds()),
              asset.group(),
              joined(asset.dependencies()),
              each.last().map(last -> Times.local(last.finished())).orElse(""),
              each.last().map(last -> Human.count(last.rows())).orElse(""),
              words(each.condition())));
    }
    return assets.isEmpty()
        ? "The station has no assets yet: put one into assets/, such as assets/raw/people.sql.\n"
        : table.render(style);
  }

  /** All that is known of one asset. */
  static String details(AssetGraph graph, AssetStatus status, Style style) {
    AssetDefinition asset = status.definition();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("description", asset.description());
    lines.put("table", asset.key().table().toString());
    lines.put("defined in", asset.definedIn().toString());
    lines.put("kind", String.join(", ", asset.kinds()));
    lines.put("group", asset.group());
    lines.put("owners", String.join(", ", asset.owners()));
    lines.put(
        "tags",
        asset.tags().entrySet().stream()
            .map(tag -> tag.getKey() + "=" + tag.getValue())
            .collect(Collectors.joining(", ")));
    lines.put("depends on", joined(asset.dependencies()));
    lines.put("needed by", joined(graph.downstream(asset.key())));
    lines.put("partitions", String.join(", ", asset.partitionedBy()));
    lines.put("checks", asset.checks().stream().map(Check::name).collect(Collectors.joining(", ")));
    lines.put("state", words(status.condition()));
    status
        .last()
        .ifPresent(
            last -> {
              lines.put("materialized", Times.local(last.finished()));
              lines.put("rows", Human.count(last.rows()));
              lines.put("snapshot", Long.toString(last.snapshot()));
              lines.put("run", last.runId());
            });
    StringBuilder text = new StringBuilder(style.bold(asset.key().toString())).append('\n');
    lines.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            text.append("  %-13s %s%n".formatted(name, value));
          }
        });
    return text.toString();
  }

  /** As {@code spec/reports.md} has it. */
  static Map<String, @Nullable Object> fields(AssetGraph graph, AssetStatus status) {
    AssetDefinition asset = status.definition();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("key", asset.key().toString());
    fields.put("table", asset.key().table().toString());
    fields.put("description", asset.description());
    fields.put("kinds", asset.kinds().stream().sorted().toList());
    fields.put("group", asset.group());
    fields.put("owners", asset.owners());
    fields.put("tags", asset.tags());
    fields.put("dependencies", texts(asset.dependencies()));
    fields.put("dependents", texts(graph.downstream(asset.key())));
    fields.put("defined_in", asset.definedIn().toString());
    fields.put("state", status.condition().word());
    fields.put("state_detail", words(status.condition()));
    fields.put("last_materialization", status.last().map(AssetsReport::fields).orElse(null));
    return fields;
  }

  private static Map<String, @Nullable Object> fields(LastMaterialization last) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("time", last.finished().toString());
    fields.put("snapshot", last.snapshot());
    fields.put("rows", last.rows());
    fields.put("run_id", last.runId());
    fields.put("code_version", last.codeVersion());
    fields.put("data_version", last.dataVersion().orElse(null));
    return fields;
  }

  private static String words(Condition condition) {
    return switch (condition) {
      case Condition.Unknown _ -> "unknown";
      case Condition.Damaged damaged -> "files damaged: " + String.join(", ", damaged.codes());
      case Condition.Missing _ -> "not materialized";
      case Condition.ChecksFailed failed -> "checks failed at " + Times.local(failed.at());
      case Condition.CodeChanged _ -> "definition changed";
      case Condition.ChangedByOthers others ->
          "table changed by others in snapshot " + others.snapshot();
      case Condition.InputsChanged changed -> "changed: " + joined(changed.inputs());
      case Condition.FilesWaiting waiting ->
          waiting.count() == 1 ? "1 file waits" : Human.count(waiting.count()) + " files wait";
      case Condition.Overdue overdue -> "overdue: " + age(overdue.age()) + " old";
      case Condition.Current _ -> "current";
    };
  }

  private static String age(Duration age) {
    return age.toDays() > 2 ? age.toDays() + " days" : Human.duration(age);
  }

  private static String joined(Collection<AssetKey> keys) {
    return String.join(", ", texts(keys));
  }

  private static List<String> texts(Collection<AssetKey> keys) {
    return new ArrayList<>(keys.stream().map(AssetKey::toString).toList());
  }
}
