package tarn.integrity.repair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tarn.base.Json;

/** Files that a repair moved out of the data path, and a manifest that says where they lay. */
final class Quarantine {
  static final String FOLDER = "quarantine";
  private static final String MANIFEST = "quarantine.jsonl";

  private final Path repair;

  /**
   * @param repair the folder of a repair
   */
  Quarantine(Path repair) {
    this.repair = repair;
  }

  /** Adds a line to the manifest about a file that was moved to {@code aside}. */
  void note(Step step, Path aside, Instant modified) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", repair.relativize(aside).toString());
    line.put("was", step.subject());
    line.put("code", step.type().code());
    line.put("size_bytes", Files.size(aside));
    line.put("modified_at", modified.toString());
    line.put("moved_at", Instant.now().toString());
    Files.writeString(
        repair.resolve(MANIFEST),
        Json.line(line) + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** What lies there now. */
  List<Path> files() throws IOException {
    Path folder = repair.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> below = Files.walk(folder)) {
      return below.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Deletes what lies there; the manifest stays. */
  void delete() throws IOException {
    Path folder = repair.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> below = Files.walk(folder)) {
      below
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
