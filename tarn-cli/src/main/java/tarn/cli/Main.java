package tarn.cli;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tarn.base.TarnException;

/** The program. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    if (List.of(arguments).equals(List.of("warm-up"))) {
      // The launcher's business, so no command that anyone sees.
      WarmUp.run(Main::run);
      return;
    }
    System.exit(run(arguments));
  }

  /** Runs one command in this process and returns its exit code. */
  static int run(String... arguments) {
    return new CommandLine(program())
        .setExecutionExceptionHandler(
            (exception, commandLine, _) -> {
              if (exception instanceof TarnException known) {
                commandLine.getErr().println("error: " + known.getMessage());
                commandLine.getErr().println(known.remedy());
                return 3;
              }
              throw exception;
            })
        .execute(arguments);
  }

  static CommandSpec program() {
    return Declared.group(
            "tarn",
            "A data station: governed tables in DuckLake.",
            ExtensionsCommand.specification())
        .version(
            "tarn "
                + Objects.requireNonNullElse(
                    Main.class.getPackage().getImplementationVersion(), "(not packaged)"))
        .addOption(
            OptionSpec.builder("-V", "--version")
                .type(boolean.class)
                .versionHelp(true)
                .description("Show the version and exit.")
                .build());
  }
}
