package tarn.assets.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What one reading of a file from end to end shows.
 *
 * @param sha256 of the file as it lies there, in hexadecimal
 * @param holdsNul whether its text holds a NUL character, which no text file of a table does
 * @param damage why its compressed content ends before its end, if it does
 */
public record FileScan(String sha256, boolean holdsNul, Optional<String> damage) {
  private static final int BUFFER = 1 << 18;

  /** Whether the engine would read the file without seeing what is wrong with it. */
  public boolean treacherous() {
    return holdsNul || damage.isPresent();
  }

  public static FileScan of(Path file, Compression compression) throws IOException {
    MessageDigest digest = digest();
    try (InputStream raw = Files.newInputStream(file)) {
      Digested digested = new Digested(raw, digest);
      boolean nul = false;
      Optional<String> damage = Optional.empty();
      try {
        nul = readsNul(compression.unpack(digested));
      } catch (Compression.Damaged e) {
        damage = Optional.of(String.valueOf(e.getMessage()));
      }
      digested.transferTo(OutputStream.nullOutputStream());
      return new FileScan(HexFormat.of().formatHex(digest.digest()), nul, damage);
    }
  }

  private static boolean readsNul(InputStream text) throws IOException {
    byte[] buffer = new byte[BUFFER];
    boolean nul = false;
    for (int count = text.read(buffer); count >= 0; count = text.read(buffer)) {
      nul |= holdsNul(buffer, count);
    }
    return nul;
  }

  /** Without a branch in the loop, so that the compiler makes vector instructions of it. */
  private static boolean holdsNul(byte[] buffer, int count) {
    int nuls = 0;
    for (int index = 0; index < count; index++) {
      nuls += buffer[index] == 0 ? 1 : 0;
    }
    return nuls > 0;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Takes every byte into the digest, also those that an unpacker asks for ahead. */
  private static final class Digested extends FilterInputStream {
    private final MessageDigest digest;

    Digested(InputStream in, MessageDigest digest) {
      super(in);
      this.digest = digest;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0) {
        digest.update((byte) value);
      }
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      if (count > 0) {
        digest.update(bytes, offset, count);
      }
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      throw new IOException("what is skipped would be missing in the digest");
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
