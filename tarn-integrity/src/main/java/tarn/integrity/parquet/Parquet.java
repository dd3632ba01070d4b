package tarn.integrity.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import tarn.integrity.files.OpenFile;

/** Reads the footers of Parquet files, of encrypted ones too. */
public final class Parquet {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED_MAGIC = "PARE".getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL = 8;
  private static final int FIRST_READ = 16 * 1024;

  private Parquet() {}

  /**
   * Reads a file's footer.
   *
   * @param expectedLength of the footer, when it is known: it saves a second read
   * @param key of an encrypted file
   * @throws DamagedFileException when the bytes are no footer of a whole Parquet file
   * @throws IOException when they cannot be read
   */
  public static Footer footer(OpenFile file, Optional<Long> expectedLength, Optional<byte[]> key)
      throws IOException {
    long size = file.size();
    if (size < MAGIC.length + TAIL) {
      throw new DamagedFileException("it has " + size + " bytes, too few for a Parquet file");
    }
    byte[] head = new byte[MAGIC.length];
    file.read(0, head, head.length);
    long wanted = expectedLength.map(length -> length + TAIL).orElse((long) FIRST_READ);
    byte[] tail = tail(file, size, Math.clamp(wanted, TAIL, (int) Math.min(size, 1 << 28)));
    byte[] magic = Arrays.copyOfRange(tail, tail.length - MAGIC.length, tail.length);
    boolean encrypted = Arrays.equals(magic, ENCRYPTED_MAGIC);
    if (!encrypted && !Arrays.equals(magic, MAGIC)) {
      throw new DamagedFileException("it does not end as a Parquet file does");
    }
    if (!Arrays.equals(head, magic)) {
      throw new DamagedFileException("it does not begin as a Parquet file does");
    }
    int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt(tail.length - TAIL);
    if (length < 1 || length > size - TAIL - MAGIC.length) {
      throw new DamagedFileException(
          "it says that its footer has %d bytes, and has %d in all".formatted(length, size));
    }
    if (length + TAIL > tail.length) {
      tail = tail(file, size, length + TAIL);
    }
    long start = size - TAIL - length;
    int from = tail.length - TAIL - length;
    if (!encrypted) {
      return new FooterParser(tail, from, from + length, length, start).parse();
    }
    byte[] secret =
        key.orElseThrow(
            () -> new DamagedFileException("it is encrypted, and the catalog has no key for it"));
    byte[] plain = EncryptedFooter.decrypt(tail, from, from + length, secret);
    return new FooterParser(plain, 0, plain.length, length, start).parse();
  }

  private static byte[] tail(OpenFile file, long size, int length) throws IOException {
    byte[] bytes = new byte[length];
    if (file.read(size - length, bytes, length) < length) {
      throw new DamagedFileException("it became shorter while it was read");
    }
    return bytes;
  }
}
