package tarn.files.archive;

/**
 * What an archive may unpack to.
 *
 * @param entries at most
 * @param bytes that are always allowed
 * @param ratio of unpacked bytes to the archive's own that is allowed beyond {@code bytes}
 */
public record UnpackLimits(long entries, long bytes, long ratio) {
  public static final UnpackLimits DEFAULT = new UnpackLimits(1_000_000, 1L << 30, 200);

  long most(long packed) {
    return Math.max(bytes, Math.multiplyExact(packed, ratio));
  }
}
