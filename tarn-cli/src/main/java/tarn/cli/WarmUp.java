package tarn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tarn.lake.WorkingFolder;

/**
 * Runs the daily commands once in this process, in a station that is thrown away, for the JVM to
 * record what they load: {@code tarn warm-up} makes the start-up cache of it.
 */
final class WarmUp {
  private WarmUp() {}

  /**
   * @param program runs one command; what it prints should go nowhere
   */
  static void run(Consumer<String[]> program) throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path folder = Files.createTempDirectory("tarn-warm-up");
    try {
      daily(folder.resolve("station").toString())
          .forEach(command -> program.accept(command.toArray(String[]::new)));
    } finally {
      // The JVM makes the cache in a process of its own, which must not start in a folder that is
      // gone.
      WorkingFolder.enter(here);
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
