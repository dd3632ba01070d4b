package tarn.files.bytes;

/** Bytes that can be read at any place, such as a file, a part of one, or an object of a store. */
public interface ByteSource {

  /** How many bytes there are. */
  long size();

  /**
   * Fills {@code into}, from its beginning, with as many bytes as there are from {@code position}
   * on, and says how many.
   */
  int read(long position, byte[] into);

  /**
   * The {@code length} bytes at {@code position}.
   *
   * @throws DamagedContentException when there are fewer
   */
  default byte[] bytes(long position, int length) {
    if (position < 0 || position > size() || length > size() - position) {
      throw new DamagedContentException(
          Math.clamp(position, 0, size()),
          "%d bytes are promised here, but the content ends at byte %d".formatted(length, size()));
    }
    byte[] bytes = new byte[length];
    if (read(position, bytes) != length) {
      throw new DamagedContentException(position, "the content became shorter while it was read");
    }
    return bytes;
  }

  /** A part of this one; its positions begin at 0. */
  default ByteSource slice(long offset, long length) {
    if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
      throw new IllegalArgumentException(offset + "+" + length + " of " + size());
    }
    return new Slice(this, offset, length);
  }
}
