package tarn.cli.query;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** A file that is written under another name and takes its own when it is complete. */
final class PartFile implements AutoCloseable {
  private final Path target;
  private final Path part;

  PartFile(Path target) {
    Path absolute = target.toAbsolutePath();
    Path name = Objects.requireNonNullElse(absolute.getFileName(), Path.of("result"));
    this.target = absolute;
    this.part = absolute.resolveSibling("." + name + "." + ProcessHandle.current().pid() + ".part");
    if (!Files.isDirectory(Objects.requireNonNull(part.getParent()))) {
      throw new TarnException(
          ErrorCode.USAGE,
          "The folder " + part.getParent() + " of the file to write does not exist.",
          "Make it, or name another file.");
    }
  }

  Path path() {
    return part;
  }

  /** Gives the file its name, in place of what bore it. */
  void complete() throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(part);
  }
}
