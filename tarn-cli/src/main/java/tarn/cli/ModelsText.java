package tarn.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tarn.base.Human;
import tarn.base.Json;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.files.ListedFile;
import tarn.files.ModelService;
import tarn.files.ModelVersion;

/** Versions of models for people and for programs. */
final class ModelsText {
  private ModelsText() {}

  static Map<String, @Nullable Object> fields(ModelVersion version) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", version.name());
    fields.put("version", version.version());
    fields.put("digest", version.digest());
    fields.put("aliases", version.aliases());
    fields.put("files", version.files());
    fields.put("bytes", version.bytes());
    fields.put("pickles", version.pickles().orElse(null));
    fields.put("description", version.description().orElse(null));
    fields.put("tags", version.tags());
    fields.put("metrics", version.metrics());
    fields.put("metadata", version.metadata());
    fields.put("trained_on", version.lineage().stream().map(ModelsText::fields).toList());
    fields.put("run", version.run().orElse(null));
    fields.put("pushed_by", version.pushedBy());
    fields.put("pushed_at", version.pushedAt().toString());
    return fields;
  }

  private static Map<String, Object> fields(ModelVersion.TrainedOn trained) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("asset", trained.assetKey());
    fields.put("snapshot", trained.snapshot());
    return fields;
  }

  static Map<String, @Nullable Object> fields(ListedFile file) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("path", file.path());
    fields.put("size", file.reference().size());
    fields.put("sha256", file.reference().sha256().orElse(null));
    fields.put("format", file.format().orElse(null));
    fields.put("uri", file.reference().uri());
    return fields;
  }

  static Map<String, @Nullable Object> fields(ModelService.AliasMove move) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("alias", move.alias());
    fields.put("version", move.version().isPresent() ? move.version().getAsInt() : null);
    fields.put("moved_by", move.by());
    fields.put("moved_at", move.at().toString());
    return fields;
  }

  static String table(List<ModelVersion> versions, Style style) {
    TextTable table =
        new TextTable(
            List.of(
                Column.left("model"),
                Column.left("aliases"),
                Column.right("files"),
                Column.right("size"),
                Column.left("pickles"),
                Column.left("metrics"),
                Column.left("pushed")));
    for (ModelVersion each : versions) {
      table.add(
          List.of(
              each.reference(),
              String.join(", ", each.aliases()),
              Human.count(each.files()),
              Human.bytes(each.bytes()),
              each.pickles().orElse(""),
              each.metrics().entrySet().stream()
                  .map(metric -> metric.getKey() + "=" + metric.getValue())
                  .collect(Collectors.joining(" ")),
              each.pushedAt().toString().substring(0, 19) + "Z " + each.pushedBy()));
    }
    return table.render(style);
  }

  /** One field a line, lists below their name. */
  static String details(Map<String, @Nullable Object> fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach(
        (name, value) -> {
          if (value instanceof List<?> list) {
            if (!list.isEmpty()) {
              text.append(name).append('\n');
              list.forEach(each -> text.append("  ").append(shown(each)).append('\n'));
            }
          } else if (value != null) {
            text.append("%-12s %s%n".formatted(name, shown(value)));
          }
        });
    return text.toString();
  }

  private static String shown(Object value) {
    return value instanceof String || value instanceof Number ? value.toString() : Json.line(value);
  }
}
