package tarn.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import tarn.base.Home;
import tarn.base.Human;
import tarn.base.Json;
import tarn.lake.extension.Extension;
import tarn.lake.extension.ExtensionStore;
import tarn.lake.extension.Installation;

/** {@code tarn extensions}: shows and brings the engine's signed extensions. */
final class ExtensionsCommand {
  private ExtensionsCommand() {}

  static CommandSpec specification() {
    return Declared.group(
        "extensions", "List or install the engine's signed extensions.", list(), install());
  }

  private static CommandSpec list() {
    OptionSpec json = Declared.json();
    return Declared.command(
            "list",
            "Say which extensions are there and whether the engine loads them.",
            command ->
                () -> {
                  List<Extension> found = store(command).list(ExtensionStore.STANDARD);
                  PrintWriter out = command.commandLine().getOut();
                  if (json.<Boolean>getValue()) {
                    out.println(
                        Json.pretty(found.stream().map(ExtensionsCommand::fields).toList()));
                  } else {
                    found.forEach(each -> out.printf("%-17s %s%n", each.name(), words(each)));
                  }
                  out.flush();
                  return 0;
                })
        .addOption(json);
  }

  private static CommandSpec install() {
    OptionSpec json = Declared.json();
    OptionSpec from =
        OptionSpec.builder("--from")
            .type(Path.class)
            .paramLabel("DIR")
            .description(
                "A folder with *.duckdb_extension files, .gz ones, or wheels; searched first.")
            .build();
    PositionalParamSpec names =
        PositionalParamSpec.builder()
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("0..*")
            .paramLabel("NAME")
            .description("Which ones; without a name, those that `tarn extensions list` shows.")
            .build();
    CommandSpec install =
        Declared.command(
            "install",
            "Bring extensions from a folder, from DuckDB's repository or from PyPI.",
            command ->
                () -> {
                  List<Installation> done =
                      install(
                          store(command),
                          Optional.ofNullable(names.<List<String>>getValue())
                              .orElse(ExtensionStore.STANDARD),
                          Optional.ofNullable(from.<Path>getValue()));
                  PrintWriter out = command.commandLine().getOut();
                  if (json.<Boolean>getValue()) {
                    out.println(Json.pretty(done.stream().map(ExtensionsCommand::fields).toList()));
                  } else {
                    done.forEach(each -> out.printf("%-17s %s%n", each.name(), words(each)));
                  }
                  out.flush();
                  return 0;
                });
    return install.addOption(from).addOption(json).addPositional(names);
  }

  private static List<Installation> install(
      ExtensionStore store, List<String> names, Optional<Path> from) {
    return from.isPresent() ? store.install(names, from.get()) : store.install(names);
  }

  private static ExtensionStore store(CommandSpec command) {
    PrintWriter err = command.commandLine().getErr();
    return new ExtensionStore(
        Home.ofThisProcess().extensions(),
        line -> {
          err.println(line);
          err.flush();
        });
  }

  private static String words(Extension extension) {
    return switch (extension) {
      case Extension.Usable usable ->
          "%-8s  %7s  %s".formatted(usable.version(), Human.bytes(usable.bytes()), usable.file());
      case Extension.Refused refused -> "refused: " + refused.reason() + "  " + refused.file();
      case Extension.Missing _ -> "missing";
    };
  }

  private static String words(Installation installation) {
    return switch (installation) {
      case Installation.Installed installed ->
          "installed from %s (%s)".formatted(installed.origin(), Human.bytes(installed.bytes()));
      case Installation.Kept _ -> "was there";
    };
  }

  private static Map<String, Object> fields(Extension extension) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", extension.name());
    switch (extension) {
      case Extension.Usable usable -> {
        fields.put("state", "usable");
        fields.put("version", usable.version());
        fields.put("bytes", usable.bytes());
      }
      case Extension.Refused refused -> {
        fields.put("state", "refused");
        fields.put("reason", refused.reason());
      }
      case Extension.Missing _ -> fields.put("state", "missing");
    }
    fields.put("file", extension.file().toString());
    return fields;
  }

  private static Map<String, Object> fields(Installation installation) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", installation.name());
    switch (installation) {
      case Installation.Installed installed -> {
        fields.put("outcome", "installed");
        fields.put("origin", installed.origin());
        fields.put("bytes", installed.bytes());
      }
      case Installation.Kept _ -> fields.put("outcome", "kept");
    }
    fields.put("file", installation.file().toString());
    return fields;
  }
}
