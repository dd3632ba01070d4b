package tarn.files.bytes;

/** A part of a source. */
record Slice(ByteSource whole, long offset, long size) implements ByteSource {
  @Override
  public int read(long position, byte[] into) {
    long room = Math.max(0, size - position);
    if (room >= into.length) {
      return whole.read(offset + position, into);
    }
    byte[] less = new byte[(int) room];
    int count = whole.read(offset + position, less);
    System.arraycopy(less, 0, into, 0, count);
    return count;
  }
}
