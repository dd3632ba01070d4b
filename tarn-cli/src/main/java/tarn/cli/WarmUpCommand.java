package tarn.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code tarn warm-up}: runs the daily commands once in this process, for the JVM to record what
 * they load. The launcher starts it so that it leaves a cache from which later commands start
 * faster.
 */
final class WarmUpCommand {
  private static final List<List<String>> DAILY =
      List.of(List.of("--version"), List.of("--help"), List.of("extensions", "--help"));

  private WarmUpCommand() {}

  static CommandSpec specification() {
    CommandSpec command =
        Declared.command(
            "warm-up",
            "Make this machine's start-up cache. Needed once after an installation or a new JDK.",
            _ ->
                () -> {
                  runDaily();
                  return 0;
                });
    command.usageMessage().hidden(true);
    return command;
  }

  private static void runDaily() {
    PrintStream out = System.out;
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      System.setOut(nowhere);
      DAILY.forEach(arguments -> Main.run(arguments.toArray(String[]::new)));
    } finally {
      System.setOut(out);
    }
  }
}
