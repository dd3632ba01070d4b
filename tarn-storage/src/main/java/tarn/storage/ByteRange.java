package tarn.storage;

import java.util.OptionalLong;

/**
 * A part of an object.
 *
 * @param offset of the first byte, counted from 0
 * @param length in bytes, at least 1; empty means to the end
 */
public record ByteRange(long offset, OptionalLong length) {
  public static final ByteRange ALL = new ByteRange(0, OptionalLong.empty());

  public ByteRange {
    if (offset < 0 || (length.isPresent() && length.getAsLong() < 1)) {
      throw new IllegalArgumentException("No range: " + offset + ", " + length);
    }
  }

  public static ByteRange of(long offset, long length) {
    return new ByteRange(offset, OptionalLong.of(length));
  }

  public static ByteRange from(long offset) {
    return new ByteRange(offset, OptionalLong.empty());
  }

  /**
   * Where this range stops in an object of {@code size} bytes: the first byte that is not in it.
   */
  public long end(long size) {
    long room = Math.max(0, size - offset);
    return offset + Math.min(room, length.orElse(room));
  }
}
