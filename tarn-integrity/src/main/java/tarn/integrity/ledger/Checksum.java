package tarn.integrity.ledger;

import java.io.IOException;
import java.util.zip.CRC32C;
import tarn.integrity.files.OpenFile;

/**
 * What is taken of a file when it is written: cheap enough to be taken always.
 *
 * @param crc32c 8 hexadecimal digits
 */
public record Checksum(long size, String crc32c) {
  private static final int BUFFER = 1 << 20;

  public static Checksum of(OpenFile file) throws IOException {
    CRC32C crc32c = new CRC32C();
    byte[] buffer = new byte[Math.clamp(file.size(), 1, BUFFER)];
    long offset = 0;
    while (true) {
      int read = file.read(offset, buffer, buffer.length);
      crc32c.update(buffer, 0, read);
      offset += read;
      if (read < buffer.length) {
        return new Checksum(offset, "%08x".formatted(crc32c.getValue()));
      }
    }
  }
}
