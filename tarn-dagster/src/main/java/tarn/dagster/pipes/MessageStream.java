package tarn.dagster.pipes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.databind.JsonNode;

/** Where messages go, one JSON object a line. */
final class MessageStream implements AutoCloseable {
  private static final String PROTOCOL = "0.1";

  private final OutputStream out;
  private final Ownership ownership;

  private MessageStream(OutputStream out, Ownership ownership) {
    this.out = out;
    this.ownership = ownership;
  }

  private enum Ownership {
    OURS,
    THE_PROCESS
  }

  /** As {@code DAGSTER_PIPES_MESSAGES} says: a file, or one of the standard streams. */
  static MessageStream open(JsonNode said) {
    String path = said.path("path").asString("");
    if (!path.isEmpty()) {
      try {
        return new MessageStream(
            Files.newOutputStream(
                Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            Ownership.OURS);
      } catch (IOException e) {
        throw unusable("The file " + path + " cannot be written: " + e.getMessage(), e);
      }
    }
    return switch (said.path("stdio").asString("")) {
      case "stdout" -> new MessageStream(System.out, Ownership.THE_PROCESS);
      case "stderr" -> new MessageStream(System.err, Ownership.THE_PROCESS);
      default -> throw unusable("It names neither a file nor a standard stream: " + said, null);
    };
  }

  private static TarnException unusable(String why, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.USAGE,
        "Messages for Dagster have nowhere to go. " + why,
        "Take a message reader that works with files, such as PipesTempFileMessageReader.",
        cause);
  }

  /** A whole line in one piece, as Dagster reads the file while it grows. */
  synchronized void write(String method, Map<String, ?> parameters) throws IOException {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("__dagster_pipes_version", PROTOCOL);
    message.put("method", method);
    message.put("params", parameters);
    out.write((Json.line(message) + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    switch (ownership) {
      case OURS -> out.close();
      case THE_PROCESS -> out.flush();
    }
  }
}
