package tarn.integrity.repair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.base.Json;
import tools.jackson.databind.JsonNode;

/**
 * What a repair is about to do, written down and forced to the disk before it does it. Read from
 * its end, it says how to undo everything, also after the repair was killed.
 */
final class Journal {
  static final String NAME = "journal.jsonl";

  private final Path file;

  private Journal(Path file) {
    this.file = file;
  }

  static Journal in(Path folder) {
    return new Journal(folder.resolve(NAME));
  }

  /** How one change is taken back. */
  sealed interface Entry {

    /** A file was moved. */
    record Moved(String from, String to) implements Entry {}

    /** A file was made where there was none. */
    record Made(String path) implements Entry {}

    /**
     * The catalog was changed; these statements take that back.
     *
     * @param unless a query that has a row when that would do harm by now
     */
    record Changed(List<String> takenBackBy, Optional<String> unless) implements Entry {}

    /** The last change that was not taken back yet is taken back. */
    record TakenBack() implements Entry {}
  }

  void write(Entry entry) {
    Map<String, Object> line = new LinkedHashMap<>();
    switch (entry) {
      case Entry.Moved(String from, String to) -> {
        line.put("kind", "moved");
        line.put("from", from);
        line.put("to", to);
      }
      case Entry.Made(String path) -> {
        line.put("kind", "made");
        line.put("path", path);
      }
      case Entry.Changed(List<String> statements, Optional<String> unless) -> {
        line.put("kind", "changed");
        line.put("taken_back_by", statements);
        unless.ifPresent(query -> line.put("unless", query));
      }
      case Entry.TakenBack() -> line.put("kind", "taken-back");
    }
    byte[] bytes = (Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("The journal " + file + " cannot be written", e);
    }
  }

  /**
   * What is still to be taken back, the last first. A last line that was cut short never took
   * effect.
   */
  List<Entry> backwards() throws IOException {
    Deque<Entry> open = new ArrayDeque<>();
    for (String line : Files.readAllLines(file)) {
      if (line.endsWith("}")) {
        Entry entry = parse(line);
        if (entry instanceof Entry.TakenBack) {
          open.pop();
        } else {
          open.push(entry);
        }
      }
    }
    return List.copyOf(open);
  }

  private static Entry parse(String line) {
    JsonNode node = Json.mapper().readTree(line);
    return switch (node.path("kind").asString()) {
      case "moved" -> new Entry.Moved(node.path("from").asString(), node.path("to").asString());
      case "made" -> new Entry.Made(node.path("path").asString());
      case "changed" ->
          new Entry.Changed(
              node.path("taken_back_by").valueStream().map(JsonNode::asString).toList(),
              Optional.ofNullable(node.path("unless").asString(null)));
      case "taken-back" -> new Entry.TakenBack();
      default -> throw new IllegalStateException("unknown entry of a journal: " + line);
    };
  }
}
