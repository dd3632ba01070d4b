package tarn.assets.landing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import tarn.assets.file.Compression;

/** Finds a file's encoding where nobody declared it. */
final class Encodings {
  private Encodings() {}

  /** UTF-16 when the content begins with its byte order mark, otherwise UTF-8; never a guess. */
  static Charset of(InputStream content) throws IOException {
    byte[] start;
    try {
      start = content.readNBytes(2);
    } catch (Compression.Damaged e) {
      return StandardCharsets.UTF_8;
    }
    boolean wide =
        start.length == 2
            && ((start[0] == (byte) 0xFF && start[1] == (byte) 0xFE)
                || (start[0] == (byte) 0xFE && start[1] == (byte) 0xFF));
    return wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
  }
}
