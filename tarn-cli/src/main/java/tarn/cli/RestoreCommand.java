package tarn.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Json;
import tarn.integrity.backup.Restore;
import tarn.integrity.backup.Restore.Restored;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.finding.Level;
import tarn.integrity.report.JsonReport;
import tarn.lake.WorkingFolder;
import tarn.station.Station;

/** {@code tarn restore}: puts a backup of the catalog back, after it was tried. */
final class RestoreCommand {
  private static final String VERIFY = "--verify";
  private static final String LEVEL = "--level";

  private RestoreCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec restore =
        Declared.command(
                shell,
                "restore",
                "Put a backup of the catalog in the place of the lake's, and bring back files that"
                    + " are missing and that the backup has. It is checked against the files first;"
                    + " when some are missing or wrong, nothing is replaced. The catalog that was"
                    + " there is kept.",
                RestoreCommand::run)
            .addPositional(Declared.argument("DIR", "One backup's folder, as `backup` printed it."))
            .addOption(
                Declared.flag(VERIFY, "Only say whether the backup could be restored as it is."))
            .addOption(
                Declared.value(
                    LEVEL,
                    "LEVEL",
                    String.class,
                    "How closely to check, as for `tarn fsck`; without it, footer."))
            .addOption(Declared.json());
    return Declared.withExamples(
        restore,
        "tarn restore /backup/ward-7/20261123-020000-000 --verify --level content",
        "tarn restore /backup/ward-7/20261123-020000-000");
  }

  private static ExitCode run(Invocation invocation) {
    Path backup =
        invocation.path(
            invocation
                .argument()
                .orElseThrow(
                    () -> Invocation.usage("Missing argument: DIR.", "Name a backup's folder.")));
    Level level = invocation.<String>option(LEVEL).map(FsckCommand::level).orElse(Level.FOOTER);
    Station station = invocation.station();
    WorkingFolder.enter(station.folder());
    boolean only = invocation.has(VERIFY);
    Restored restored;
    try (LakeFiles files = invocation.files(station)) {
      Restore restore =
          new Restore(
              station.settings().lake(), files.files(), invocation.extensions(), station.work());
      restored = only ? restore.verify(backup, level) : restore.restore(backup, level);
    }
    invocation
        .shell()
        .print(
            invocation.json()
                ? Json.pretty(fields(restored)) + "\n"
                : text(invocation, restored, only ? "can be restored" : "was restored"));
    return restored.errors().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static String text(Invocation invocation, Restored restored, String done) {
    boolean right = restored.errors().isEmpty();
    StringBuilder text = new StringBuilder();
    if (!right) {
      text.append(FsckText.of(restored.report(), invocation.style(Shell.Stream.OUT)));
    }
    text.append(
        "The catalog of snapshot %d, %s, %s.\n"
            .formatted(
                restored.manifest().snapshot(),
                restored.manifest().snapshotTime(),
                right ? done : "was not restored"));
    restored.copiedBack().forEach(file -> text.append("brought back: ").append(file).append('\n'));
    restored
        .before()
        .ifPresent(before -> text.append("The one before is now ").append(before).append(".\n"));
    return text.toString();
  }

  private static Map<String, @Nullable Object> fields(Restored restored) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("manifest", restored.manifest().fields());
    fields.put("restorable", restored.errors().isEmpty());
    fields.put("files_brought_back", restored.copiedBack());
    fields.put("catalog_before", restored.before().map(Path::toString).orElse(null));
    fields.put("report", Json.mapper().readTree(JsonReport.of(restored.report())));
    return fields;
  }
}
