package tarn.integrity.ledger;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;
import tarn.integrity.files.OpenFile;

/**
 * What identifies a file's bytes.
 *
 * @param sha256 64 hexadecimal digits
 * @param crc32c 8 hexadecimal digits; it costs next to nothing beside the other
 */
public record Digest(long size, String sha256, String crc32c) {
  private static final int BUFFER = 1 << 20;

  /**
   * Reads a whole file.
   *
   * @param progress is told how many bytes were read, again and again; it may slow the reader down
   *     or end it by throwing
   */
  public static Digest of(OpenFile file, LongConsumer progress) throws IOException {
    MessageDigest sha256 = newSha256();
    CRC32C crc32c = new CRC32C();
    byte[] buffer = new byte[Math.clamp(file.size(), 1, BUFFER)];
    long offset = 0;
    while (true) {
      int read = file.read(offset, buffer, buffer.length);
      if (read == 0) {
        break;
      }
      sha256.update(buffer, 0, read);
      crc32c.update(buffer, 0, read);
      offset += read;
      progress.accept(read);
      if (read < buffer.length) {
        break;
      }
    }
    return new Digest(
        offset, HexFormat.of().formatHex(sha256.digest()), "%08x".formatted(crc32c.getValue()));
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
