package tarn.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Json;
import tarn.cli.Shell.Stream;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.station.ResolvedSetting;
import tarn.station.Station;

/** {@code tarn config}: what the settings are after all is said. */
final class ConfigCommand {
  private ConfigCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec show =
        Declared.command(
            shell,
            "show",
            "Show each setting of the station, its value, and where it was set. Nothing secret is"
                + " among them.",
            ConfigCommand::show);
    Declared.withExamples(
        show.addOption(Declared.json()),
        "tarn config show",
        "tarn config show --json | jq -r .catalog",
        "TARN_ENGINE_MEMORY_LIMIT=4GB tarn config show");
    return Declared.group("config", "Show the station's settings.", show);
  }

  private static ExitCode show(Invocation invocation) {
    Station station = invocation.station();
    if (invocation.json()) {
      invocation.shell().print(Json.pretty(station.resolvedValues()) + "\n");
      return ExitCode.DONE;
    }
    TextTable table =
        new TextTable(List.of(Column.left("setting"), Column.left("value"), Column.left("set by")));
    for (ResolvedSetting setting : station.resolved()) {
      table.add(List.of(setting.key(), setting.value().toString(), setting.origin().display()));
    }
    invocation
        .shell()
        .print("station " + station.folder() + "\n\n" + table.render(invocation.style(Stream.OUT)));
    return ExitCode.DONE;
  }
}
