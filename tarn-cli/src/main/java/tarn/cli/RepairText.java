package tarn.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.Human;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.integrity.repair.Repair;
import tarn.integrity.repair.RepairPlan;

/** Plans and their outcomes as a person reads them, and as programs do. */
final class RepairText {
  private RepairText() {}

  static String plan(RepairPlan plan, Style style) {
    if (plan.steps().isEmpty()) {
      return "Nothing is wrong, so there is nothing to do.\n";
    }
    TextTable table =
        new TextTable(
            List.of(
                Column.right("step"),
                Column.left("finding"),
                Column.left("table"),
                Column.left("action"),
                Column.right("rows lost"),
                Column.left("what it is about"),
                Column.left("then")));
    plan.steps()
        .forEach(
            step ->
                table.add(
                    List.of(
                        Integer.toString(step.number()),
                        step.type().code(),
                        step.table().orElse(""),
                        step.action().text(),
                        Human.count(step.rowsLost()),
                        step.subject(),
                        step.consequence())));
    return table.render(style);
  }

  static String done(Optional<Repair.Applied> applied, List<Repair.Done> done, Style style) {
    TextTable table =
        new TextTable(
            List.of(
                Column.right("step"),
                Column.left("finding"),
                Column.left("action"),
                Column.left("outcome"),
                Column.left("what it is about"),
                Column.left("reason")));
    done.forEach(
        each ->
            table.add(
                List.of(
                    Integer.toString(each.step().number()),
                    each.step().type().code(),
                    each.step().action().text(),
                    outcome(applied, each),
                    each.step().subject(),
                    each.reason())));
    return (done.isEmpty() ? "The plan has no steps.\n" : table.render(style))
        + applied
            .map(
                repair ->
                    "\nThe repair is called %1$s; `tarn repair undo %1$s` takes it back.\n"
                        .formatted(repair.repair()))
            .orElse("\nNothing was changed.\n");
  }

  private static String outcome(Optional<Repair.Applied> applied, Repair.Done done) {
    return switch (done.ending()) {
      case DONE -> applied.isPresent() ? "done" : "would be done";
      case SKIPPED -> "skipped";
      case FAILED -> "failed";
    };
  }

  static Map<String, @Nullable Object> fields(
      Optional<Repair.Applied> applied, List<Repair.Done> done) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("repair", applied.map(Repair.Applied::repair).orElse(null));
    fields.put("folder", applied.map(each -> each.folder().toString()).orElse(null));
    fields.put("steps", done.stream().map(RepairText::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(Repair.Done done) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", done.step().number());
    fields.put("code", done.step().type().code());
    fields.put("action", done.step().action().text());
    fields.put("subject", done.step().subject());
    fields.put("outcome", done.ending().name().toLowerCase(Locale.ROOT));
    fields.put("reason", done.reason());
    return fields;
  }

  static String undone(Repair.Undone undone) {
    StringBuilder text = new StringBuilder("Changes taken back: %d.\n".formatted(undone.changes()));
    undone.purged().forEach(file -> text.append("Gone for good: ").append(file).append('\n'));
    return text.toString();
  }

  static Map<String, Object> fields(Repair.Undone undone) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("changes", undone.changes());
    fields.put("purged", undone.purged());
    return fields;
  }

  static String purged(Repair.Purged purged, Path station) {
    StringBuilder text = new StringBuilder();
    purged
        .files()
        .forEach(
            file ->
                text.append(file.startsWith(station) ? station.relativize(file) : file)
                    .append('\n'));
    return text.append(
            "%d files, %s.\n".formatted(purged.files().size(), Human.bytes(purged.bytes())))
        .toString();
  }

  static Map<String, Object> fields(Repair.Purged purged) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("files", purged.files().stream().map(Path::toString).toList());
    fields.put("bytes", purged.bytes());
    return fields;
  }
}
