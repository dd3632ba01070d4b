package tarn.assets.file;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * How a text file is compressed. The engine reads these too, but takes a truncated or damaged file
 * for a whole one; here the end and, for gzip, the checksum are verified.
 */
public enum Compression {
  NONE,
  GZIP,
  ZSTD;

  private static final int BUFFER = 1 << 16;

  /** What a file's name says. */
  public static Compression of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz")) {
      return GZIP;
    }
    return name.endsWith(".zst") ? ZSTD : NONE;
  }

  /** A compressed file that is cut off or damaged, as against a disk that cannot be read. */
  public static final class Damaged extends IOException {
    private static final long serialVersionUID = 1L;

    Damaged(Exception cause) {
      super(cause.getMessage() == null ? "it ends too early" : cause.getMessage(), cause);
    }
  }

  /** The file's content; reading throws {@link Damaged} where it is cut off or damaged. */
  public InputStream open(Path file) throws IOException {
    return unpack(Files.newInputStream(file));
  }

  /** The same of bytes that come from elsewhere; {@code raw} is closed with it. */
  public InputStream unpack(InputStream raw) {
    return this == NONE ? raw : new Unpacked(raw);
  }

  private InputStream unpacker(InputStream raw) throws IOException {
    return switch (this) {
      case NONE -> raw;
      case GZIP -> new GZIPInputStream(raw, BUFFER);
      case ZSTD -> new ZstdInputStream(raw);
    };
  }

  /** Unpacks from the first reading on, and tells damage from an unreadable disk. */
  private final class Unpacked extends InputStream {
    private final InputStream raw;
    private @Nullable InputStream text;

    Unpacked(InputStream raw) {
      this.raw = raw;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        InputStream unpacked = text;
        if (unpacked == null) {
          unpacked = unpacker(new Unchecked(raw));
          text = unpacked;
        }
        return unpacked.read(bytes, offset, length);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (IOException | RuntimeException e) {
        throw new Damaged(e);
      }
    }

    @Override
    public void close() throws IOException {
      raw.close();
    }
  }

  /** Lets an unreadable disk pass through the unpacker as what it is. */
  private static final class Unchecked extends FilterInputStream {
    Unchecked(InputStream in) {
      super(in);
    }

    @Override
    public int read() {
      try {
        return super.read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
