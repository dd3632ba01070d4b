package tarn.assets.file;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Which encodings can be split into records byte by byte. */
final class ByteEncodings {
  private ByteEncodings() {}

  /** Whether a byte below 128 is always the ASCII character, never a part of another one. */
  static boolean keepAscii(Charset encoding) {
    if (encoding.equals(StandardCharsets.UTF_8)) {
      return true;
    }
    if (!encoding.canEncode() || encoding.newEncoder().maxBytesPerChar() > 1) {
      return false;
    }
    byte[] ascii = new byte[128];
    for (int value = 0; value < ascii.length; value++) {
      ascii[value] = (byte) value;
    }
    return new String(ascii, encoding).equals(new String(ascii, StandardCharsets.US_ASCII));
  }
}
