package tarn.gateway.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tarn.base.Json;

/** Writes the trail: one line of JSON a request, one file a day (UTC). Thread-safe. */
public final class AuditTrail implements AutoCloseable {
  private final Path folder;
  private @Nullable LocalDate day;
  private @Nullable FileChannel file;
  private String last;

  private AuditTrail(Path folder, String last) {
    this.folder = folder;
    this.last = last;
  }

  /** Goes on with the trail in this folder. */
  public static AuditTrail open(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = files(folder);
    String last = Chain.START;
    if (!files.isEmpty()) {
      last = repaired(files.getLast());
      for (int at = files.size() - 2; last.isEmpty() && at >= 0; at--) {
        last = repaired(files.get(at));
      }
    }
    AuditTrail trail = new AuditTrail(folder, last.isEmpty() ? Chain.START : last);
    trail.file(LocalDate.now(ZoneOffset.UTC)); // A trail is there before its first entry is.
    return trail;
  }

  /** The trail's files, the oldest first. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().matches("audit-.*\\.jsonl"))
          .sorted()
          .toList();
    }
  }

  /** The last line's hash; a line that a crash left unfinished is cut off. */
  private static String repaired(Path path) throws IOException {
    String text = Files.readString(path);
    int end = text.lastIndexOf('\n') + 1;
    if (end < text.length()) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(text.substring(0, end).getBytes(StandardCharsets.UTF_8).length);
      }
    }
    String whole = text.substring(0, end).stripTrailing();
    return Chain.hashOf(whole.substring(whole.lastIndexOf('\n') + 1));
  }

  public synchronized void add(AuditEntry entry) {
    String line = Chain.seal(last, Json.line(entry.fields()));
    try {
      FileChannel out = file(LocalDate.ofInstant(entry.time(), ZoneOffset.UTC));
      ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    last = Chain.hashOf(line);
  }

  private FileChannel file(LocalDate today) throws IOException {
    // An entry that ends a request from before midnight goes where the trail is now.
    FileChannel known = file;
    if (known != null && day != null && !today.isAfter(day)) {
      return known;
    }
    if (known != null) {
      known.close();
    }
    Path path = folder.resolve("audit-" + today + ".jsonl");
    boolean fresh = !Files.exists(path);
    FileChannel opened =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (fresh && path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }
    file = opened;
    day = today;
    return opened;
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      file.force(true);
      file.close();
    }
  }
}
