package tarn.gateway.http;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Where bodies lie on the disk until they are known to be whole. */
public final class Uploads {
  private final Path folder;
  private final long most;

  private Uploads(Path folder, long most) {
    this.folder = folder;
    this.most = most;
  }

  /**
   * @param folder for this alone; what an earlier service left in it is removed
   * @param most bytes that one request may bring
   */
  public static Uploads in(Path folder, long most) throws IOException {
    Files.createDirectories(folder);
    remove(folder);
    Files.createDirectories(folder);
    return new Uploads(folder, most);
  }

  private static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walked = Files.walk(folder)) {
      all = walked.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }

  /** For one request. */
  public Room room() throws IOException {
    return new Room(Files.createTempDirectory(folder, "upload"), most);
  }

  /** The files of one request; closing it removes them. */
  public static final class Room implements AutoCloseable {
    private final Path folder;
    private final long most;
    private long written;
    private int count;

    private Room(Path folder, long most) {
      this.folder = folder;
      this.most = most;
    }

    /** A place for another file. */
    public Path file() {
      return folder.resolve(Integer.toString(count++));
    }

    /**
     * @return a stream that fails with {@code request.too-large} when the request brings more than
     *     it may
     */
    public OutputStream write(Path file) throws IOException {
      return new FilterOutputStream(
          new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
        @Override
        public void write(int content) throws IOException {
          counted(1);
          out.write(content);
        }

        @Override
        public void write(byte[] content, int offset, int length) throws IOException {
          counted(length);
          out.write(content, offset, length);
        }
      };
    }

    private void counted(int bytes) {
      written += bytes;
      if (written > most) {
        throw new TarnException(
            ErrorCode.REQUEST_TOO_LARGE,
            "The request brings more than " + most + " bytes.",
            "Send less at a time, or let the station take more (serve.max_upload).");
      }
    }

    @Override
    public void close() throws IOException {
      remove(folder);
    }
  }
}
