package tarn.assets.file;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The beginning of a file's content, so that it can be looked at more than once. */
public final class FileHead {
  private static final int LENGTH = 1 << 16;

  private final byte[] bytes;
  private final @Nullable IOException next;

  private FileHead(byte[] bytes, @Nullable IOException next) {
    this.bytes = bytes;
    this.next = next;
  }

  /** Says that more of the file is needed than its head. */
  public static final class TooShort extends IOException {
    private static final long serialVersionUID = 1L;

    TooShort() {
      super("the beginning of the file is longer than " + LENGTH + " bytes");
    }
  }

  public static FileHead read(Path file, Compression compression) throws IOException {
    byte[] bytes = new byte[LENGTH];
    int filled = 0;
    try (InputStream in = compression.open(file)) {
      while (filled < LENGTH) {
        int count = in.read(bytes, filled, LENGTH - filled);
        if (count < 0) {
          return new FileHead(Arrays.copyOf(bytes, filled), null);
        }
        filled += count;
      }
      return new FileHead(bytes, new TooShort());
    } catch (Compression.Damaged e) {
      return new FileHead(Arrays.copyOf(bytes, filled), e);
    }
  }

  /**
   * The content from its beginning; reading on after the head throws {@link TooShort}, or what the
   * file itself threw there.
   */
  public InputStream open() {
    return new SequenceInputStream(new ByteArrayInputStream(bytes), new End());
  }

  private final class End extends InputStream {
    @Override
    public int read() throws IOException {
      if (next != null) {
        throw next;
      }
      return -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return read();
    }
  }
}
