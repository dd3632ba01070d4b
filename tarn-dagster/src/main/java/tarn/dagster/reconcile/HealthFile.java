package tarn.dagster.reconcile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;

/**
 * What is kept between two reconciliations, in the station's folder: what Dagster was told, and
 * reports that it has not heard of yet. One process at a time has it open.
 */
final class HealthFile implements AutoCloseable {
  private static final String POSTED = "posted.json";

  private final Path folder;
  private final FileChannel channel;
  private final FileLock lock;

  private HealthFile(Path folder, FileChannel channel, FileLock lock) {
    this.folder = folder;
    this.channel = channel;
    this.lock = lock;
  }

  /** Waits until no other process has it open. */
  static HealthFile open(Path folder) {
    try {
      Files.createDirectories(folder.resolve("waiting"));
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new HealthFile(folder, channel, channel.lock());
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  PostedHealth read() {
    Path file = folder.resolve(POSTED);
    try {
      return Files.exists(file)
          ? Json.mapper().readValue(Files.readString(file), PostedHealth.class)
          : PostedHealth.none();
    } catch (IOException | JacksonException e) {
      throw failed(file, e);
    }
  }

  /** In one step: a process that is killed leaves the former content. */
  void write(PostedHealth posted) {
    replace(folder.resolve(POSTED), Json.pretty(posted));
  }

  /** Keeps a report until Dagster has heard of it. */
  void enqueue(String report) {
    List<Path> waiting = waiting();
    int next =
        waiting.isEmpty()
            ? 1
            : Integer.parseInt(waiting.getLast().getFileName().toString().replace(".json", "")) + 1;
    replace(folder.resolve("waiting").resolve("%08d.json".formatted(next)), report);
  }

  /** Reports that wait, the oldest first. */
  List<Path> waiting() {
    try (Stream<Path> files = Files.list(folder.resolve("waiting"))) {
      return new ArrayList<>(
          files
              .filter(file -> file.getFileName().toString().matches("\\d+\\.json"))
              .sorted()
              .toList());
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  String read(Path report) {
    try {
      return Files.readString(report);
    } catch (IOException e) {
      throw failed(report, e);
    }
  }

  void done(Path report) {
    try {
      Files.deleteIfExists(report);
    } catch (IOException e) {
      throw failed(report, e);
    }
  }

  private static void replace(Path file, String text) {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static TarnException failed(Path path, Exception cause) {
    return new TarnException(
        ErrorCode.STORAGE_FAILED,
        "What Dagster was told is kept in "
            + path
            + ", which cannot be used: "
            + cause.getMessage(),
        "Mend the folder's rights or space. Without the file Dagster is told everything anew.",
        cause);
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }
}
