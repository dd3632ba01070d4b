package tarn.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs the daily commands once in this process, in a station that is thrown away, for the JVM to
 * record what they load: {@code tarn warm-up} makes the start-up cache of it.
 */
final class WarmUp {
  private WarmUp() {}

  /**
   * @param program runs one command; what the commands print goes nowhere
   */
  static void run(Consumer<String[]> program) throws IOException {
    PrintStream out = System.out;
    PrintStream err = System.err;
    Path folder = Files.createTempDirectory("tarn-warm-up");
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      System.setOut(nowhere);
      System.setErr(nowhere);
      daily(folder.resolve("station").toString())
          .forEach(command -> program.accept(command.toArray(String[]::new)));
    } finally {
      System.setOut(out);
      System.setErr(err);
      delete(folder);
    }
  }

  private static List<List<String>> daily(String station) {
    return List.of(
        List.of("--version"),
        List.of("--help"),
        List.of("init", station),
        List.of("-C", station, "config", "show", "--json"),
        List.of("-C", station, "materialize"),
        List.of("-C", station, "materialize", "--json"),
        List.of("-C", station, "assets"),
        List.of("-C", station, "assets", "--json"),
        List.of("-C", station, "query", "SELECT 1 AS one, 'two' AS two"),
        List.of("-C", station, "query", "--format", "csv", "SELECT 1 AS one"),
        List.of("-C", station, "query", "--format", "json", "SELECT 1 AS one"),
        List.of("-C", station, "snapshots"),
        List.of("-C", station, "manifest"),
        List.of("-C", station, "query", "SELECT no_such_column"),
        List.of("no-such-command"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
