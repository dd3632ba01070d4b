package tarn.gateway.dicomweb;

import java.util.List;
import java.util.Map;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.dicomweb.Instance.Fragment;

/** Where the frames of an instance lie in its file. */
final class Frames {
  private static final String BIG_ENDIAN = "1.2.840.10008.1.2.2";

  /** What the fragments of a transfer syntax are (PS3.18, 8.7.3.3.2). */
  private static final Map<String, String> IMAGES =
      Map.ofEntries(
          Map.entry("1.2.840.10008.1.2.4.50", "image/jpeg"),
          Map.entry("1.2.840.10008.1.2.4.51", "image/jpeg"),
          Map.entry("1.2.840.10008.1.2.4.57", "image/jpeg"),
          Map.entry("1.2.840.10008.1.2.4.70", "image/jpeg"),
          Map.entry("1.2.840.10008.1.2.4.80", "image/jls"),
          Map.entry("1.2.840.10008.1.2.4.81", "image/jls"),
          Map.entry("1.2.840.10008.1.2.4.90", "image/jp2"),
          Map.entry("1.2.840.10008.1.2.4.91", "image/jp2"),
          Map.entry("1.2.840.10008.1.2.4.92", "image/jpx"),
          Map.entry("1.2.840.10008.1.2.4.93", "image/jpx"),
          Map.entry("1.2.840.10008.1.2.5", "image/dicom-rle"));

  private final Instance instance;
  private final long count;

  Frames(Instance instance) {
    this.instance = instance;
    this.count = Math.max(1, instance.number("00280008", 1));
  }

  String mediaType() {
    return instance.fragments().isEmpty()
        ? "application/octet-stream"
        : IMAGES.getOrDefault(instance.transferSyntax(), "application/octet-stream");
  }

  /**
   * @param number as the request has it, counted from 1
   * @throws TarnException {@code request.not-found} when there is no such frame, {@code
   *     request.not-acceptable} when frames cannot be told apart
   */
  List<Fragment> pieces(String number) {
    if (!number.matches("[1-9][0-9]{0,8}")) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "`" + number + "` is no number of a frame.",
          "Write numbers from 1 on, with commas between: 1,2,3.");
    }
    long at = Long.parseLong(number) - 1;
    if (instance.pixelOffset() < 0) {
      throw unable("has no pixels, or they are deflated with the header");
    }
    if (at >= count) {
      throw new TarnException(
          ErrorCode.REQUEST_NOT_FOUND,
          "There is no frame %s; the instance has %d.".formatted(number, count),
          "Ask for one that there is.");
    }
    return instance.fragments().isEmpty() ? nativePixels(at) : encapsulated((int) at);
  }

  private static TarnException unable(String what) {
    return new TarnException(
        ErrorCode.REQUEST_NOT_ACCEPTABLE,
        "The instance " + what + ".",
        "Retrieve the whole instance.");
  }

  private List<Fragment> nativePixels(long at) {
    long bits = instance.number("00280100", 0);
    long pixels =
        Math.multiplyExact(
            Math.multiplyExact(instance.number("00280010", 0), instance.number("00280011", 0)),
            instance.number("00280002", 1));
    long frameBits = Math.multiplyExact(pixels, bits);
    boolean subsampled =
        instance.header().path("00280004").path("Value").path(0).asString("").endsWith("_422");
    if (frameBits <= 0 || subsampled || (frameBits % 8 != 0 && count > 1)) {
      throw unable("does not say where its frames begin");
    }
    if (bits > 8 && instance.transferSyntax().equals(BIG_ENDIAN)) {
      throw unable("has big-endian pixels, which are not turned round");
    }
    long length = Math.ceilDiv(frameBits, 8L);
    if (Math.multiplyExact(at + 1, length) > instance.pixelLength()) {
      throw unable("has fewer pixels than it says");
    }
    return List.of(new Fragment(instance.pixelOffset() + at * length, length));
  }

  private List<Fragment> encapsulated(int at) {
    List<Fragment> fragments = instance.fragments();
    if (count == 1) {
      return fragments;
    }
    if (fragments.size() == count) {
      return List.of(fragments.get(at));
    }
    List<Long> starts = instance.frameStarts();
    if (starts.size() != count) {
      throw unable("does not say which of its fragments make up a frame");
    }
    long begin = starts.get(at);
    long end = at + 1 < starts.size() ? starts.get(at + 1) : Long.MAX_VALUE;
    return fragments.stream()
        .filter(each -> each.offset() > begin && each.offset() <= end)
        .toList();
  }
}
