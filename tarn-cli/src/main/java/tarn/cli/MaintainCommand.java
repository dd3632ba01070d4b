package tarn.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Human;
import tarn.base.Json;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.maintain.Leftovers;
import tarn.integrity.maintain.Maintenance;
import tarn.integrity.maintain.Maintenance.Report;
import tarn.integrity.maintain.Maintenance.Wish;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.lake.TableName;
import tarn.station.Station;
import tarn.storage.IncompleteUpload;

/** {@code tarn maintain}: fewer files, and a history as long as wished. */
final class MaintainCommand {
  private static final String KEEP = "--keep";
  private static final String REMOVE_AFTER = "--remove-after";
  private static final String TABLE = "--table";

  /** A file is worth rewriting when this part of its rows is deleted. */
  private static final double DELETED_PART = 0.25;

  private MaintainCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec maintain =
        Declared.command(
                shell,
                "maintain",
                "Merge small files, rewrite files of which many rows are deleted, forget old"
                    + " snapshots if so wished, and remove the files that only they needed. In a store,"
                    + " uploads and empty objects that stopped writes left a day ago go too. The lake"
                    + " is checked before; nothing is done when anything is wrong with it.",
                MaintainCommand::run)
            .addOption(
                Declared.value(
                    KEEP,
                    "SPAN",
                    String.class,
                    "Forget snapshots that are older than this, such as 90d: what they held can no"
                        + " longer be queried. Without it none are forgotten."))
            .addOption(
                Declared.value(
                    REMOVE_AFTER,
                    "SPAN",
                    String.class,
                    "Remove a file so long after the last snapshot that needed it was forgotten;"
                        + " without it, 1d."))
            .addOption(
                Declared.value(TABLE, "NAME", String.class, "Only this table, as schema.table."))
            .addOption(Declared.flag(RepairCommand.DRY_RUN, "Say how things are and do nothing."))
            .addOption(Declared.json());
    return Declared.withExamples(maintain, "tarn maintain", "tarn maintain --keep 90d --dry-run");
  }

  private static ExitCode run(Invocation invocation) {
    Wish wish =
        new Wish(
            invocation.<String>option(KEEP).map(FsckCommand::span),
            DELETED_PART,
            invocation
                .<String>option(REMOVE_AFTER)
                .map(FsckCommand::span)
                .orElse(Duration.ofDays(1)),
            invocation.<String>option(TABLE).map(MaintainCommand::table));
    Station station = invocation.station();
    try (Lake lake = invocation.open(station, Access.WRITE);
        LakeFiles files = invocation.files(station)) {
      Maintenance maintenance = new Maintenance(lake, files);
      boolean dry = invocation.has(RepairCommand.DRY_RUN);
      Report report = dry ? maintenance.preview(wish) : maintenance.run(wish);
      invocation
          .shell()
          .print(
              invocation.json()
                  ? Json.pretty(fields(report)) + "\n"
                  : text(invocation, report, dry ? "would be " : ""));
      boolean left = report.tables().stream().anyMatch(table -> table.problem().isPresent());
      return left ? ExitCode.FAILED : ExitCode.DONE;
    }
  }

  private static TableName table(String text) {
    int dot = text.indexOf('.');
    return dot < 0
        ? new TableName("main", text)
        : new TableName(text.substring(0, dot), text.substring(dot + 1));
  }

  private static String text(Invocation invocation, Report report, String verb) {
    TextTable table =
        new TextTable(
            List.of(
                Column.left("table"),
                Column.right("files before"),
                Column.right("files after"),
                Column.left("")));
    report
        .tables()
        .forEach(
            each ->
                table.add(
                    List.of(
                        each.name().toString(),
                        Human.count(each.filesBefore()),
                        Human.count(each.filesAfter()),
                        each.problem().map(reason -> "left as it was: " + reason).orElse(""))));
    return table.render(invocation.style(Shell.Stream.OUT))
        + "%s snapshots %2$sforgotten, %3$s files %2$sremoved.\n"
            .formatted(
                Human.count(report.snapshotsExpired()), verb, Human.count(report.filesRemoved()))
        + leftovers(report.leftovers(), verb);
  }

  private static String leftovers(Leftovers leftovers, String verb) {
    StringBuilder text = new StringBuilder();
    for (IncompleteUpload upload : leftovers.uploads()) {
      text.append(
          "%saborted: the upload of %s, begun %s\n"
              .formatted(
                  verb, upload.key(), upload.started().map(Object::toString).orElse("long ago")));
    }
    for (String key : leftovers.empty()) {
      text.append("%sremoved: %s, which is empty and in no catalog\n".formatted(verb, key));
    }
    return text.toString();
  }

  private static Map<String, @Nullable Object> fields(Report report) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("tables", report.tables().stream().map(MaintainCommand::fields).toList());
    fields.put("snapshots_expired", report.snapshotsExpired());
    fields.put("files_removed", report.filesRemoved());
    fields.put(
        "uploads_aborted",
        report.leftovers().uploads().stream().map(IncompleteUpload::key).toList());
    fields.put("empty_objects_removed", report.leftovers().empty());
    return fields;
  }

  private static Map<String, @Nullable Object> fields(Maintenance.Table table) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("table", table.name().toString());
    fields.put("files_before", table.filesBefore());
    fields.put("files_after", table.filesAfter());
    Optional<String> problem = table.problem();
    fields.put("problem", problem.orElse(null));
    return fields;
  }
}
