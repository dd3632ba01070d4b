package tarn.lake.extension;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an extension's last 512 bytes say of it: eight fields of 32 bytes in reverse order, then 256
 * bytes of signature. Only the engine judges a binary; this explains its verdict, and lists.
 *
 * @param engineVersion the engine it was built for, such as {@code v1.5.5}
 * @param extensionVersion what its makers call this build, such as {@code d8a1881e}
 */
record Footer(String platform, String engineVersion, String extensionVersion, boolean signed) {
  private static final int FIELD = 32;
  private static final int FIELDS = 8;
  private static final int SIGNATURE = 256;
  private static final String MAGIC = "4";

  /** Nothing when the file does not end as an extension does. */
  static Optional<Footer> of(Path file) throws IOException {
    byte[] tail = new byte[FIELDS * FIELD + SIGNATURE];
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
      if (opened.length() < tail.length) {
        return Optional.empty();
      }
      opened.seek(opened.length() - tail.length);
      opened.readFully(tail);
    }
    if (!field(tail, 0).equals(MAGIC)) {
      return Optional.empty();
    }
    boolean signed = false;
    for (int index = FIELDS * FIELD; index < tail.length; index++) {
      signed |= tail[index] != 0;
    }
    return Optional.of(new Footer(field(tail, 1), field(tail, 2), field(tail, 3), signed));
  }

  private static String field(byte[] tail, int number) {
    int start = (FIELDS - 1 - number) * FIELD;
    String text = new String(tail, start, FIELD, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(0);
    return end < 0 ? text : text.substring(0, end);
  }
}
