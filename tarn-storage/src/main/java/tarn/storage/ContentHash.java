package tarn.storage;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * What content is, however it is called and wherever it lies.
 *
 * @param size in bytes
 * @param sha256 64 hexadecimal digits, lower case
 * @param crc32c 8 hexadecimal digits, lower case; cheap to compute, and what stores keep
 */
public record ContentHash(long size, String sha256, String crc32c) {
  private static final int BUFFER_LENGTH = 256 << 10;

  /**
   * Reads exactly the version that {@code object} tells of. The store has several parts on their
   * way while one is hashed, so the hash function is what limits.
   */
  public static ContentHash of(ObjectStore store, StoredObject object) {
    try (ObjectInput content = store.read(object, ByteRange.ALL)) {
      return of(content);
    } catch (IOException e) {
      throw new IllegalStateException("An object's stream throws no such exception.", e);
    }
  }

  /** Reads {@code content} to its end, without closing it. */
  public static ContentHash of(InputStream content) throws IOException {
    MessageDigest sha256 = newSha256();
    CRC32C crc32c = new CRC32C();
    byte[] buffer = new byte[BUFFER_LENGTH];
    long size = 0;
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      sha256.update(buffer, 0, count);
      crc32c.update(buffer, 0, count);
      size += count;
    }
    return new ContentHash(
        size,
        HexFormat.of().formatHex(sha256.digest()),
        HexFormat.of().toHexDigits((int) crc32c.getValue()));
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
