package tarn.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * How the program's commands are declared: in code, never with picocli's annotations. Reading those
 * makes the JVM generate proxy classes at every start, which costs 0.1 s that no cache can hold.
 *
 * <p>An option's value is asked of the option itself ({@code json.getValue()}) when the command
 * runs, or by its name of the {@link Invocation}.
 */
final class Declared {
  static final String STATION = "--station";
  static final String JSON = "--json";
  static final String COLOUR = "--color";
  static final String NO_COLOUR = "--no-color";

  private Declared() {}

  /** A command, without the options that all of them have. */
  static CommandSpec command(Shell shell, String name, String description, Work work) {
    return command(name, description, command -> work.run(new Invocation(shell, command)).number());
  }

  /** What a command does when it is called. */
  @FunctionalInterface
  interface Work {
    ExitCode run(Invocation invocation) throws Exception;
  }

  /** Gets the command as it was typed, and returns the exit code. */
  @FunctionalInterface
  private interface Body {
    int run(CommandSpec command) throws Exception;
  }

  private static CommandSpec command(String name, String description, Body work) {
    CommandSpec[] declared = new CommandSpec[1];
    Callable<Integer> body = () -> work.run(declared[0]);
    declared[0] = CommandSpec.wrapWithoutInspection(body).name(name);
    declared[0]
        .usageMessage()
        .description(description)
        .sortOptions(false)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.meanings());
    return declared[0];
  }

  /** A command that only holds others; alone it is a usage error that names them. */
  static CommandSpec group(String name, String description, CommandSpec... commands) {
    CommandSpec group =
        command(
            name,
            description,
            specification -> {
              throw new CommandLine.ParameterException(
                  specification.commandLine(),
                  "Missing command: one of "
                      + String.join(", ", specification.subcommands().keySet()));
            });
    for (CommandSpec command : commands) {
      group.addSubcommand(command.name(), command);
    }
    return group;
  }

  /** Shown at the end of a command's help. */
  static CommandSpec withExamples(CommandSpec command, String... lines) {
    command
        .usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            Stream.of(lines).map(line -> "  " + line.replace("%", "%%")).toArray(String[]::new));
    return command;
  }

  /** An option that is there or not: its value is a {@code Boolean}, never null. */
  static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name)
        .type(boolean.class)
        .defaultValue("false")
        .description(description)
        .build();
  }

  /** An option with a value, which is null when it is not given. */
  static OptionSpec value(String name, String label, Class<?> type, String description) {
    return OptionSpec.builder(name).type(type).paramLabel(label).description(description).build();
  }

  /** An argument that may be left out; its value is null then. */
  static PositionalParamSpec argument(String label, String description) {
    return PositionalParamSpec.builder()
        .index("0")
        .arity("0..1")
        .type(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** Arguments, none or several; the value is a list, or null when there are none. */
  static PositionalParamSpec arguments(String label, String description) {
    return PositionalParamSpec.builder()
        .index("0..*")
        .arity("0..*")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  static OptionSpec json() {
    return flag(JSON, "Print JSON instead of text for people; errors too, on standard error.");
  }

  /** The options that all commands have, after their own ones. */
  static void addCommonOptions(CommandSpec command) {
    common().forEach(command::addOption);
    command.subcommands().values().forEach(each -> addCommonOptions(each.getCommandSpec()));
  }

  private static List<OptionSpec> common() {
    return List.of(
        OptionSpec.builder("-C", STATION)
            .type(String.class)
            .paramLabel("DIR")
            .description(
                "The station's folder, or one inside it. Without it, TARN_STATION or the current"
                    + " folder.")
            .build(),
        flag(COLOUR, "Use colours even when the output is not a terminal."),
        flag(NO_COLOUR, "Use no colours; the environment variable NO_COLOR says the same."),
        OptionSpec.builder("-h", "--help")
            .type(boolean.class)
            .usageHelp(true)
            .description("Show this help and exit.")
            .build());
  }
}
