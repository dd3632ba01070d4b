package tarn.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Human;
import tarn.base.Json;
import tarn.lake.extension.Extension;
import tarn.lake.extension.ExtensionStore;
import tarn.lake.extension.Installation;

/** {@code tarn extensions}: shows and brings the engine's signed extensions. */
final class ExtensionsCommand {
  private ExtensionsCommand() {}

  static CommandSpec specification(Shell shell) {
    return Declared.group(
        "extensions",
        "List or install the engine's signed extensions.",
        list(shell),
        install(shell));
  }

  private static CommandSpec list(Shell shell) {
    CommandSpec list =
        Declared.command(
                shell,
                "list",
                "Say which extensions are there and whether the engine loads them.",
                invocation -> {
                  List<Extension> found = invocation.extensions().list(ExtensionStore.STANDARD);
                  print(
                      invocation,
                      found.stream().map(ExtensionsCommand::fields).toList(),
                      found.stream().map(each -> line(each.name(), words(each))));
                  return ExitCode.DONE;
                })
            .addOption(Declared.json());
    return Declared.withExamples(list, "tarn extensions list");
  }

  private static CommandSpec install(Shell shell) {
    CommandSpec install =
        Declared.command(
                shell,
                "install",
                "Bring extensions from a folder, from DuckDB's repository or from PyPI, whichever"
                    + " has them first. Other commands do so by themselves for the ones they need.",
                ExtensionsCommand::install)
            .addPositional(
                Declared.arguments(
                    "NAME", "Which ones; without a name, those that `tarn extensions list` shows."))
            .addOption(
                Declared.value(
                    "--from",
                    "DIR",
                    String.class,
                    "A folder with *.duckdb_extension files, .gz ones, or wheels; searched first."))
            .addOption(Declared.json());
    return Declared.withExamples(
        install,
        "tarn extensions install",
        "tarn extensions install httpfs --from /media/usb/extensions");
  }

  private static ExitCode install(Invocation invocation) {
    ExtensionStore store = invocation.extensions();
    List<String> typed = invocation.arguments();
    List<String> names = typed.isEmpty() ? ExtensionStore.STANDARD : typed;
    List<Installation> done =
        invocation
            .<String>option("--from")
            .map(from -> store.install(names, invocation.path(from)))
            .orElseGet(() -> store.install(names));
    print(
        invocation,
        done.stream().map(ExtensionsCommand::fields).toList(),
        done.stream().map(each -> line(each.name(), words(each))));
    return ExitCode.DONE;
  }

  private static void print(
      Invocation invocation, List<Map<String, Object>> report, Stream<String> lines) {
    invocation
        .shell()
        .print(
            invocation.json()
                ? Json.pretty(report) + "\n"
                : lines.collect(Collectors.joining("\n", "", "\n")));
  }

  private static String line(String name, String words) {
    return "%-17s %s".formatted(name, words);
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
