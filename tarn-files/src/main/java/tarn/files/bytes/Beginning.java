package tarn.files.bytes;

/**
 * A source whose first bytes are read once and kept, so that looking at a file's head and reading
 * it again costs one request.
 */
public final class Beginning implements ByteSource {
  private static final int KEPT = 64 << 10;

  private final ByteSource whole;
  private final byte[] first;

  public Beginning(ByteSource whole) {
    this.whole = whole;
    this.first = new byte[(int) Math.min(KEPT, whole.size())];
    whole.read(0, first);
  }

  @Override
  public long size() {
    return whole.size();
  }

  @Override
  public int read(long position, byte[] into) {
    if (position >= first.length) {
      return whole.read(position, into);
    }
    int known = Math.min(into.length, first.length - (int) position);
    System.arraycopy(first, (int) position, into, 0, known);
    if (known == into.length || first.length == whole.size()) {
      return known;
    }
    byte[] rest = new byte[into.length - known];
    int more = whole.read(first.length, rest);
    System.arraycopy(rest, 0, into, known, more);
    return known + more;
  }
}
