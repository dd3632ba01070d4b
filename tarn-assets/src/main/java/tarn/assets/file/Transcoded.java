package tarn.assets.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text in any encoding as UTF-8; what cannot be decoded becomes U+FFFD. */
final class Transcoded extends InputStream {
  private final Reader text;
  private final char[] characters = new char[1 << 16];
  private int kept;
  private byte[] bytes = new byte[0];
  private int at;

  Transcoded(InputStream in, Charset encoding) {
    this.text =
        new InputStreamReader(
            in,
            encoding
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE));
  }

  @Override
  public int read() throws IOException {
    return at < bytes.length || fill() ? bytes[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (at == bytes.length && !fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - at);
    System.arraycopy(bytes, at, target, offset, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    int count = text.read(characters, kept, characters.length - kept);
    if (count < 0) {
      int last = kept;
      kept = 0;
      encode(last);
      return last > 0;
    }
    int all = kept + count;
    // A pair of surrogates may be cut apart by the end of the buffer.
    kept = Character.isHighSurrogate(characters[all - 1]) ? 1 : 0;
    encode(all - kept);
    if (kept == 1) {
      characters[0] = characters[all - 1];
    }
    return bytes.length > 0 || fill();
  }

  private void encode(int count) {
    bytes = new String(characters, 0, count).getBytes(StandardCharsets.UTF_8);
    at = 0;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
