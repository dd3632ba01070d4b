package tarn.cli;

import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * How the program's commands are declared: in code, never with picocli's annotations. Reading those
 * makes the JVM generate proxy classes at every start, which costs 0.1 s that no cache can hold.
 *
 * <p>An option's value is asked of the option itself ({@code json.getValue()}) when the command
 * runs.
 */
final class Declared {
  private Declared() {}

  /**
   * A command with {@code --help}.
   *
   * @param work makes what runs of the command line it was declared in; it returns the exit code
   */
  static CommandSpec command(
      String name, String description, Function<CommandSpec, Callable<Integer>> work) {
    CommandSpec[] declared = new CommandSpec[1];
    Callable<Integer> body = () -> work.apply(declared[0]).call();
    declared[0] = CommandSpec.wrapWithoutInspection(body).name(name).addOption(help());
    declared[0].usageMessage().description(description);
    return declared[0];
  }

  /** A command that only holds others; alone it is a usage error that names them. */
  static CommandSpec group(String name, String description, CommandSpec... commands) {
    CommandSpec group =
        command(
            name,
            description,
            specification ->
                () -> {
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

  /** An option that is there or not: its value is a {@code Boolean}, never null. */
  static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name)
        .type(boolean.class)
        .defaultValue("false")
        .description(description)
        .build();
  }

  static OptionSpec json() {
    return flag("--json", "Print JSON instead of text for people.");
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .type(boolean.class)
        .usageHelp(true)
        .description("Show this help and exit.")
        .build();
  }
}
