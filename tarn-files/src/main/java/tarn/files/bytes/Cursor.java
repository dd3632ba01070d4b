package tarn.files.bytes;

import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads a source from one place to the next, with a window of bytes in memory. */
public final class Cursor {
  private static final int WINDOW = 16 << 10;

  private final ByteSource source;
  private byte[] window = new byte[0];
  private long windowStart;
  private long position;

  public Cursor(ByteSource source, long position) {
    this.source = source;
    this.position = position;
  }

  public long position() {
    return position;
  }

  public long remaining() {
    return Math.max(0, source.size() - position);
  }

  public void seek(long to) {
    position = to;
  }

  public void skip(long count) {
    require(count);
    position += count;
  }

  /** Whether there are as many bytes. */
  public boolean has(long count) {
    return count >= 0 && count <= remaining();
  }

  /**
   * @throws DamagedContentException when there are fewer bytes
   */
  public void require(long count) {
    if (!has(count)) {
      throw new DamagedContentException(
          position, "%d bytes are promised here, but there are %d".formatted(count, remaining()));
    }
  }

  public byte[] bytes(int count) {
    require(count);
    byte[] bytes;
    if (count <= WINDOW) {
      int at = load(count);
      bytes = Arrays.copyOfRange(window, at, at + count);
    } else {
      bytes = source.bytes(position, count);
    }
    position += count;
    return bytes;
  }

  public int unsignedByte() {
    int at = load(1);
    position++;
    return Byte.toUnsignedInt(window[at]);
  }

  public int unsignedShort(ByteOrder order) {
    int at = load(2);
    position += 2;
    int first = Byte.toUnsignedInt(window[at]);
    int second = Byte.toUnsignedInt(window[at + 1]);
    return order == ByteOrder.LITTLE_ENDIAN ? second << 8 | first : first << 8 | second;
  }

  public int integer(ByteOrder order) {
    int first = unsignedShort(order);
    int second = unsignedShort(order);
    return order == ByteOrder.LITTLE_ENDIAN ? second << 16 | first : first << 16 | second;
  }

  public long unsignedInteger(ByteOrder order) {
    return Integer.toUnsignedLong(integer(order));
  }

  public long longInteger(ByteOrder order) {
    long first = unsignedInteger(order);
    long second = unsignedInteger(order);
    return order == ByteOrder.LITTLE_ENDIAN ? second << 32 | first : first << 32 | second;
  }

  /** Where in the window the next {@code count} bytes begin. */
  private int load(int count) {
    require(count);
    if (position < windowStart || position + count > windowStart + window.length) {
      int length = (int) Math.min(WINDOW, source.size() - position);
      window = source.bytes(position, length);
      windowStart = position;
    }
    return (int) (position - windowStart);
  }
}
