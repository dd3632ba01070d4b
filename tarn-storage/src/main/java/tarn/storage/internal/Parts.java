package tarn.storage.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Content in parts, as multipart uploads take it: all of one length, the last one shorter. Larger
 * ones come after many, as stores limit the number: 5,000 parts of 16 MiB and 5,000 of 64 MiB hold
 * 400 GiB.
 */
public final class Parts {
  private static final int MIB = 1 << 20;
  private static final int LARGER_FROM = 5_000;

  private final InputStream content;
  private final Request request;
  private final int partLength;
  private int number;
  private boolean ended;

  public Parts(InputStream content, Request request) {
    this(content, request, 16 * MIB);
  }

  Parts(InputStream content, Request request, int partLength) {
    this.content = content;
    this.request = request;
    this.partLength = partLength;
  }

  /** The next part; shorter than the others, or empty, only when it is the last. */
  public Part next() {
    int length = number < LARGER_FROM ? partLength : 4 * partLength;
    number++;
    byte[] bytes = read(length);
    ended = bytes.length < length;
    return new Part(number, bytes);
  }

  /** Whether the part that came last reached the content's end. */
  public boolean ended() {
    return ended;
  }

  private byte[] read(int length) {
    try {
      // Small content must not cost a large buffer, so the stream decides how it grows.
      return content.readNBytes(length);
    } catch (IOException e) {
      throw Errors.failed(request, "the content to write could not be read: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw Errors.failed(request, "the content to write could not be read: " + e.getMessage(), e);
    }
  }

  /**
   * @param number counted from 1
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes that nobody compares
  public record Part(int number, byte[] bytes) {}
}
