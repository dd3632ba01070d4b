package tarn.assets.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A file's text as bytes below a cursor. Everything from the record's start on is kept, so that a
 * record can be read again and its text be shown.
 */
final class RecordBuffer implements Closeable {
  static final String HOLDS_NUL = "it holds a NUL character";

  /** What {@link #peek} says at the end of the file. */
  static final int END = -1;

  /** A longer record is a problem of its own. */
  static final int LONGEST = 16 << 20;

  private static final int CHUNK = 1 << 18;

  private final InputStream in;
  private final Charset encoding;
  private final Charset declared;
  private byte[] bytes = new byte[CHUNK];
  private int filled;
  private int start;
  private int at;
  private int stop;
  private long line = 1;
  private boolean ended;
  private Optional<String> damage = Optional.empty();

  /**
   * @param in the file's bytes, unpacked; closed with this
   */
  RecordBuffer(InputStream in, Charset declared) throws IOException {
    boolean bytewise = ByteEncodings.keepAscii(declared);
    this.declared = declared;
    this.encoding = bytewise ? declared : StandardCharsets.UTF_8;
    this.in = bytewise ? in : new Transcoded(in, declared);
    skipByteOrderMark();
  }

  /** The encoding of the bytes here. */
  Charset encoding() {
    return encoding;
  }

  /** The physical line of the cursor, from 1, as far as {@link #lineEnd} was called. */
  long line() {
    return line;
  }

  /** The byte below the cursor, 0 to 255, or {@link #END}. */
  int peek() throws IOException {
    if (at < filled || more()) {
      return bytes[at] & 0xff;
    }
    return END;
  }

  void advance() {
    at++;
  }

  void advance(int count) {
    at += count;
  }

  /** How far the cursor is from the record's start. */
  int offset() {
    return at - start;
  }

  /** Puts the cursor somewhere within the record. */
  void moveTo(int offset) {
    at = start + offset;
  }

  boolean tooLong() {
    return at - start > LONGEST;
  }

  /** A record begins at the cursor. */
  void begin() {
    start = at;
    stop = at;
  }

  /** The record ends before the cursor. */
  void end() {
    stop = at;
  }

  /** Bytes of the record. */
  int length() {
    return stop - start;
  }

  boolean startsWith(byte[] expected) throws IOException {
    for (int index = 0; index < expected.length; index++) {
      if (at + index >= filled && !more()) {
        return false;
      }
      if (at + index >= filled || bytes[at + index] != expected[index]) {
        return false;
      }
    }
    return true;
  }

  static boolean isLineEnd(int value) {
    return value == '\n' || value == '\r';
  }

  /** Moves the cursor to the end of its line, or until the record is too long. */
  void toLineEnd() throws IOException {
    for (int value = peek(); value != END && !isLineEnd(value) && !tooLong(); value = peek()) {
      at++;
    }
  }

  /** The same without keeping what is passed: the record stays as long as it is. */
  void dropToLineEnd() throws IOException {
    int kept = at - start;
    for (int value = peek(); value != END && !isLineEnd(value); value = peek()) {
      at++;
      if (at == filled) {
        at = start + kept;
        filled = at;
      }
    }
  }

  /** Takes the cursor over one line end, if it is at one. */
  void lineEnd() throws IOException {
    int value = peek();
    if (isLineEnd(value)) {
      at++;
      line++;
      if (value == '\r' && peek() == '\n') {
        at++;
      }
    }
  }

  /** Counts the line ends within the record. */
  void countLines() {
    for (int index = start; index < stop; index++) {
      boolean pair = index + 1 < stop && bytes[index] == '\r' && bytes[index + 1] == '\n';
      if (!pair && isLineEnd(bytes[index])) {
        line++;
      }
    }
  }

  /** The record's text, as far as it can be decoded. */
  String text() {
    return text(0, stop - start);
  }

  String text(int from, int to) {
    return new String(bytes, start + from, to - from, encoding);
  }

  /** Why the file ends too early, if it was cut off or damaged; asked once. */
  Optional<String> takeDamage() {
    Optional<String> taken = damage;
    damage = Optional.empty();
    return taken;
  }

  /** Whether the record ended only because a damaged file broke off. */
  boolean brokenOff() {
    return ended && damage.isPresent() && stop == filled;
  }

  /** What is wrong with the record as text, if anything. */
  Optional<String> unreadable(String text) {
    if (text.indexOf('\0') >= 0) {
      return Optional.of(HOLDS_NUL);
    }
    if (text.indexOf('\uFFFD') >= 0 && !decodes()) {
      return Optional.of("it is not valid " + declared.name());
    }
    return Optional.empty();
  }

  private boolean decodes() {
    if (in instanceof Transcoded) {
      return false; // the replacement character came from the transcoding
    }
    try {
      encoding
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, start, stop - start));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private boolean more() throws IOException {
    if (ended) {
      return false;
    }
    if (start > 0 && filled == bytes.length) {
      System.arraycopy(bytes, start, bytes, 0, filled - start);
      at -= start;
      stop -= start;
      filled -= start;
      start = 0;
    }
    if (filled == bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    int count;
    try {
      count = in.read(bytes, filled, bytes.length - filled);
    } catch (Compression.Damaged e) {
      damage = Optional.of("the compressed file is damaged from here on: " + e.getMessage());
      count = END;
    }
    if (count < 0) {
      ended = true;
      return false;
    }
    filled += count;
    return at < filled;
  }

  private void skipByteOrderMark() throws IOException {
    byte[] mark = "\uFEFF".getBytes(StandardCharsets.UTF_8);
    if (encoding.equals(StandardCharsets.UTF_8) && startsWith(mark)) {
      at = mark.length;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
