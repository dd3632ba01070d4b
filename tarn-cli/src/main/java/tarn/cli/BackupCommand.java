package tarn.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Human;
import tarn.base.Json;
import tarn.integrity.backup.Backup;
import tarn.integrity.backup.Manifest.DataFiles;
import tarn.integrity.files.LakeFiles;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.station.Station;

/** {@code tarn backup}: the catalog and its ledger in a folder, with the files if so wished. */
final class BackupCommand {
  private static final String DATA = "--data";

  private BackupCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec backup =
        Declared.command(
                shell,
                "backup",
                "Copy the catalog and its ledger, as they are at one moment, into a new folder"
                    + " below DIR. With --data the files too: each is copied once, and compared"
                    + " with its recorded digest.",
                BackupCommand::run)
            .addPositional(Declared.argument("DIR", "The folder of all backups of this station."))
            .addOption(
                Declared.flag(
                    DATA,
                    "Copy the files that the catalog refers to into DIR/data, unless they are"
                        + " there."))
            .addOption(Declared.json());
    return Declared.withExamples(
        backup, "tarn backup /backup/ward-7", "tarn backup /backup/ward-7 --data");
  }

  private static ExitCode run(Invocation invocation) {
    String folder =
        invocation
            .argument()
            .orElseThrow(
                () -> Invocation.usage("Missing argument: DIR.", "Name the folder of backups."));
    Station station = invocation.station();
    try (Lake lake = invocation.open(station, Access.WRITE);
        LakeFiles files = invocation.files(station);
        FsckProgress progress = FsckProgress.of(invocation)) {
      Backup.Made made =
          new Backup(lake, files.files(), invocation.path(folder), progress)
              .make(invocation.has(DATA) ? DataFiles.COPIED : DataFiles.LEFT);
      invocation.shell().print(invocation.json() ? Json.pretty(fields(made)) + "\n" : text(made));
      return made.unfit().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private static String text(Backup.Made made) {
    StringBuilder text =
        new StringBuilder(
            "%s\nSnapshot %d, which needs %s files of %s.%s\n"
                .formatted(
                    made.backup(),
                    made.manifest().snapshot(),
                    Human.count(made.manifest().files()),
                    Human.bytes(made.manifest().bytes()),
                    switch (made.manifest().dataCopied()) {
                      case LEFT -> " They were not copied.";
                      case COPIED -> " Newly copied: " + Human.count(made.copied()) + ".";
                    }));
    made.unfit().forEach(line -> text.append("not copied: ").append(line).append('\n'));
    return text.toString();
  }

  private static Map<String, Object> fields(Backup.Made made) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("backup", made.backup().toString());
    fields.put("manifest", made.manifest().fields());
    fields.put("files_copied", made.copied());
    fields.put("files_not_copied", made.unfit());
    return fields;
  }
}
