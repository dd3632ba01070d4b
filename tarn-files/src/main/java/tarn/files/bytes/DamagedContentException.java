package tarn.files.bytes;

/** Content that breaks the rules of its format, and where it does. */
public final class DamagedContentException extends RuntimeException {
  private final long offset;

  /**
   * @param offset of the byte at which the content stops making sense, counted from 0
   * @param message what is wrong there, without the offset
   */
  public DamagedContentException(long offset, String message) {
    super(message);
    this.offset = offset;
  }

  public long offset() {
    return offset;
  }

  /** What is wrong, and where. */
  public String finding() {
    return "at byte " + offset + ": " + getMessage();
  }
}
