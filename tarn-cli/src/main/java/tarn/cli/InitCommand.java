package tarn.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Json;
import tarn.station.StationTemplate;

/** {@code tarn init}: makes a station. */
final class InitCommand {
  private InitCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec init =
        Declared.command(
            shell,
            "init",
            "Make a station: a commented station.toml, and an example that can be materialized at"
                + " once.",
            InitCommand::run);
    init.addPositional(
            Declared.argument(
                "DIR", "The folder, made if it is not there; without it, the current folder."))
        .addOption(Declared.value("--name", "NAME", String.class, "What people call the station."))
        .addOption(
            Declared.value(
                "--catalog",
                "PLACE",
                String.class,
                "Where the lake's catalog is kept: a file, or postgresql://USER@HOST/DATABASE."))
        .addOption(
            Declared.value(
                "--data-path", "PATH", String.class, "Where the data lie: a folder or a URL."))
        .addOption(Declared.json());
    return Declared.withExamples(
        init,
        "tarn init ward-7",
        "tarn init ward-7 --data-path s3://hospital/ward-7/ --catalog"
            + " postgresql://tarn@db.hospital.example/ward7");
  }

  private static ExitCode run(Invocation invocation) {
    String typed = invocation.argument().orElse(".");
    Path folder = invocation.path(typed);
    List<Path> files =
        StationTemplate.create(
            folder,
            new StationTemplate.Options(
                invocation.option("--name"),
                invocation.option("--catalog"),
                invocation.option("--data-path")));
    Shell shell = invocation.shell();
    if (invocation.json()) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("station", folder.toString());
      report.put("files", files.stream().map(Path::toString).toList());
      shell.print(Json.pretty(report) + "\n");
      return ExitCode.DONE;
    }
    StringBuilder text = new StringBuilder("Made the station " + folder + "\n");
    files.forEach(file -> text.append("  ").append(file).append('\n'));
    String enter = folder.equals(shell.folder()) ? "" : "cd " + typed + " && ";
    text.append("\nNext: ").append(enter).append("tarn materialize\n");
    shell.print(text.toString());
    return ExitCode.DONE;
  }
}
