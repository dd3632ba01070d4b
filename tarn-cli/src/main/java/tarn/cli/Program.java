package tarn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tarn.cli.query.ClosedOutputException;
import tarn.cli.text.Style;

/** All commands together: finds the one that was meant, runs it, and says what went wrong. */
final class Program {
  /** In the order of the help. */
  static final List<String> COMMANDS =
      List.of(
          "demo",
          "init",
          "assets",
          "materialize",
          "query",
          "files",
          "models",
          "snapshots",
          "lake",
          "manifest",
          "serve",
          "keys",
          "audit",
          "fleet",
          "config",
          "fsck",
          "repair",
          "maintain",
          "backup",
          "restore",
          "reconcile",
          "doctor",
          "extensions");

  private final Shell shell;

  Program(Shell shell) {
    this.shell = shell;
  }

  private static CommandSpec declare(String name, Shell shell) {
    return switch (name) {
      case "demo" -> DemoCommand.specification(shell);
      case "init" -> InitCommand.specification(shell);
      case "assets" -> AssetsCommand.specification(shell);
      case "materialize" -> MaterializeCommand.specification(shell);
      case "manifest" -> ManifestCommand.specification(shell);
      case "config" -> ConfigCommand.specification(shell);
      case "serve" -> ServeCommand.specification(shell);
      case "keys" -> KeysCommand.specification(shell);
      case "fleet" -> FleetCommand.specification(shell);
      case "audit" -> AuditCommand.specification(shell);
      case "query" -> QueryCommand.specification(shell);
      case "files" -> FilesCommand.specification(shell);
      case "lake" -> LakeCommand.specification(shell);
      case "models" -> ModelsCommand.specification(shell);
      case "fsck" -> FsckCommand.specification(shell);
      case "repair" -> RepairCommand.specification(shell);
      case "maintain" -> MaintainCommand.specification(shell);
      case "backup" -> BackupCommand.specification(shell);
      case "restore" -> RestoreCommand.specification(shell);
      case "reconcile" -> ReconcileCommand.specification(shell);
      case "snapshots" -> SnapshotsCommand.specification(shell);
      case "doctor" -> DoctorCommand.specification(shell);
      case "extensions" -> ExtensionsCommand.specification(shell);
      default -> throw new IllegalArgumentException(name);
    };
  }

  int run(String... typed) {
    List<String> arguments = helpAsOption(Stream.of(typed).map(Program::asArgument).toList());
    try {
      OptionalInt elsewhere = Served.elsewhere(shell, commandOf(arguments), arguments);
      return elsewhere.isPresent()
          ? elsewhere.getAsInt()
          : commandLine(arguments).execute(arguments.toArray(String[]::new));
    } catch (UncheckedIOException | TarnException e) {
      return failed(e, arguments);
    } catch (OutOfMemoryError e) {
      TarnException error =
          new TarnException(
              ErrorCode.INTERNAL,
              "The program's own memory is used up (" + e.getMessage() + ").",
              "Give the JVM more: JAVA_TOOL_OPTIONS=-Xmx2g.",
              e);
      return report(error, arguments);
    }
  }

  private CommandLine commandLine(List<String> arguments) {
    Optional<String> meant = commandOf(arguments);
    // Each command that is declared costs some time at every start.
    List<String> needed = meant.filter(COMMANDS::contains).map(List::of).orElse(COMMANDS);
    CommandLine commandLine = new CommandLine(specification(needed, shell));
    Ansi ansi = style(Shell.Stream.OUT, arguments) == Style.COLOURED ? Ansi.ON : Ansi.OFF;
    return commandLine
        .setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler((e, _) -> report(usage(e), arguments))
        .setExecutionExceptionHandler((e, _, _) -> failed(e, arguments));
  }

  /** The whole program; the chores that describe it ask for all its commands. */
  static CommandSpec specification(List<String> commands, Shell shell) {
    CommandSpec program =
        Declared.group(
                "tarn",
                "A data station: governed tables in DuckLake.",
                commands.stream().map(name -> declare(name, shell)).toArray(CommandSpec[]::new))
            .version("tarn " + version())
            .addOption(
                OptionSpec.builder("-V", "--version")
                    .type(boolean.class)
                    .versionHelp(true)
                    .description("Show the version and exit.")
                    .build());
    Declared.addCommonOptions(program);
    return Declared.withExamples(
        program,
        "tarn init ward-7                    make a station in the folder ward-7",
        "tarn materialize                    bring every asset up to date",
        "tarn query 'SELECT * FROM omop.person'",
        "tarn help query                     more about a command");
  }

  private static String version() {
    return Objects.requireNonNullElse(
        Main.class.getPackage().getImplementationVersion(), "(not packaged)");
  }

  /** SQL may begin with a comment, {@code -- like this}, which is no option. */
  private static String asArgument(String typed) {
    return typed.matches("(?s)--\\s.*") ? " " + typed : typed;
  }

  /** {@code tarn help query} as {@code tarn query --help}. */
  private static List<String> helpAsOption(List<String> arguments) {
    if (arguments.isEmpty()) {
      return List.of("--help");
    }
    if (!arguments.getFirst().equals("help")) {
      return arguments;
    }
    List<String> rewritten = new ArrayList<>(arguments.subList(1, arguments.size()));
    rewritten.add("--help");
    return rewritten;
  }

  private static Optional<String> commandOf(List<String> arguments) {
    for (int at = 0; at < arguments.size(); at++) {
      String argument = arguments.get(at);
      if (argument.equals("-C") || argument.equals(Declared.STATION)) {
        at++;
      } else if (!argument.startsWith("-")) {
        return Optional.of(argument);
      }
    }
    return Optional.empty();
  }

  private static TarnException usage(ParameterException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String remedy = "See `" + command.qualifiedName() + " --help`.";
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      boolean option = word.startsWith("-");
      List<String> known =
          option
              ? command.options().stream().flatMap(each -> Arrays.stream(each.names())).toList()
              : List.copyOf(command.subcommands().keySet());
      String what = option ? "option" : known.isEmpty() ? "argument" : "command";
      return Invocation.usage(
          "`%s` has no %s `%s`%s"
              .formatted(command.qualifiedName(), what, word, Nearest.hint(word, known)),
          remedy);
    }
    return Invocation.usage(String.valueOf(e.getMessage()), remedy);
  }

  private int failed(Exception e, List<String> arguments) {
    if (e instanceof ClosedOutputException || isClosedOutput(e)) {
      return ExitCode.DONE.number();
    }
    if (e instanceof ParameterException usage) {
      return report(usage(usage), arguments);
    }
    if (e instanceof TarnException known) {
      return report(known, arguments);
    }
    return report(
        new TarnException(
            ErrorCode.INTERNAL,
            "This is a defect of the program: " + e,
            "Report it with what TARN_DEBUG=1 prints besides.",
            e),
        arguments);
  }

  private static boolean isClosedOutput(Exception e) {
    return e instanceof UncheckedIOException unchecked
        && String.valueOf(
                Objects.requireNonNullElse(unchecked.getCause(), new IOException()).getMessage())
            .toLowerCase(Locale.ROOT)
            .contains("broken pipe");
  }

  private int report(TarnException error, List<String> arguments) {
    ErrorReport.print(
        shell, error, arguments.contains(Declared.JSON), style(Shell.Stream.ERR, arguments));
    return ExitCode.of(error.code()).number();
  }

  private Style style(Shell.Stream stream, List<String> arguments) {
    return Styles.of(
        shell, stream, arguments.contains(Declared.COLOUR), arguments.contains(Declared.NO_COLOUR));
  }
}
