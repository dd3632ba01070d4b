package tarn.files.nifti;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.DamagedContentException;

/** Reads headers of both versions, in both byte orders. */
final class NiftiParser {
  static final int LENGTH_1 = 348;
  static final int LENGTH_2 = 540;
  private static final int EXTENSIONS = 1000;

  /** Bits of a voxel by datatype; 0 and 1 apart, any other code is none. */
  private static final Map<Integer, Integer> BITS =
      Map.ofEntries(
          Map.entry(1, 1),
          Map.entry(2, 8),
          Map.entry(4, 16),
          Map.entry(8, 32),
          Map.entry(16, 32),
          Map.entry(32, 64),
          Map.entry(64, 64),
          Map.entry(128, 24),
          Map.entry(256, 8),
          Map.entry(512, 16),
          Map.entry(768, 32),
          Map.entry(1024, 64),
          Map.entry(1280, 64),
          Map.entry(1536, 128),
          Map.entry(1792, 128),
          Map.entry(2048, 256),
          Map.entry(2304, 32));

  private final ByteSource file;
  private final ByteBuffer header;
  private final int version;

  private NiftiParser(ByteSource file, ByteBuffer header, int version) {
    this.file = file;
    this.header = header;
    this.version = version;
  }

  /** Whether a file begins as a header of one of the versions does. */
  static boolean claims(byte[] head) {
    if (head.length < 8) {
      return false;
    }
    int length = ByteBuffer.wrap(head).getInt();
    int reversed = Integer.reverseBytes(length);
    if (length == LENGTH_2 || reversed == LENGTH_2) {
      return true;
    }
    return (length == LENGTH_1 || reversed == LENGTH_1)
        && head.length >= LENGTH_1
        && head[344] == 'n'
        && (head[345] == '+' || head[345] == 'i');
  }

  static NiftiHeader parse(ByteSource file) {
    ByteBuffer start = ByteBuffer.wrap(file.bytes(0, 4));
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      int length = start.order(order).getInt(0);
      if (length == LENGTH_1 || length == LENGTH_2) {
        ByteBuffer header = ByteBuffer.wrap(file.bytes(0, length)).order(order);
        return new NiftiParser(file, header, length == LENGTH_1 ? 1 : 2).parse();
      }
    }
    throw new DamagedContentException(
        0, "the header's length is neither 348 nor 540, in neither byte order");
  }

  private NiftiHeader parse() {
    String magic = version == 1 ? text(344, 4) : text(4, 4);
    if (!magic.equals("n+" + version) && !magic.equals("ni" + version)) {
      throw new DamagedContentException(
          version == 1 ? 344 : 4, "the magic word is `" + magic + "`");
    }
    boolean one = version == 1;
    List<Long> dimensions = dimensions();
    List<Double> spacing = new ArrayList<>();
    for (int at = 1; at <= dimensions.size(); at++) {
      spacing.add(spacing(at));
    }
    int datatype = header.getShort(one ? 70 : 12);
    int bits = header.getShort(one ? 72 : 14);
    if (BITS.getOrDefault(datatype, -1) != bits) {
      throw new DamagedContentException(
          one ? 70 : 12, "the datatype %d does not have %d bits".formatted(datatype, bits));
    }
    NiftiHeader read =
        new NiftiHeader(
            version,
            header.order(),
            magic,
            dimensions,
            spacing,
            datatype,
            bits,
            decimal(112, 176),
            decimal(116, 184),
            one ? header.getShort(252) : header.getInt(344),
            one ? header.getShort(254) : header.getInt(348),
            qform(),
            sform(),
            one ? header.get(123) & 0xFF : header.getInt(500),
            one ? header.getShort(68) : header.getInt(504),
            one ? text(328, 16) : text(508, 16),
            List.of(decimal(56, 80), decimal(60, 88), decimal(64, 96)),
            one ? text(148, 80) : text(240, 80),
            one ? text(228, 24) : text(320, 24),
            decimal(128, 200),
            decimal(124, 192),
            decimal(136, 216),
            dataOffset(),
            extensions());
    try {
      if (read.dataLength() < 0) {
        throw new ArithmeticException();
      }
    } catch (ArithmeticException e) {
      throw new DamagedContentException(one ? 40 : 16, "the dimensions are too large");
    }
    return read;
  }

  private double decimal(int one, int two) {
    return version == 1 ? header.getFloat(one) : header.getDouble(two);
  }

  private double spacing(int at) {
    return decimal(76 + 4 * at, 104 + 8 * at);
  }

  private List<Long> dimensions() {
    long count = version == 1 ? header.getShort(40) : header.getLong(16);
    if (count < 1 || count > 7) {
      throw new DamagedContentException(
          version == 1 ? 40 : 16, "there are %d dimensions instead of 1 to 7".formatted(count));
    }
    List<Long> dimensions = new ArrayList<>();
    for (int at = 1; at <= count; at++) {
      long size = version == 1 ? header.getShort(40 + 2 * at) : header.getLong(16 + 8 * at);
      if (size < 0) {
        throw new DamagedContentException(
            version == 1 ? 40 + 2 * at : 16 + 8 * at,
            "dimension %d has the size %d".formatted(at, size));
      }
      dimensions.add(size);
    }
    return dimensions;
  }

  private long dataOffset() {
    if (version == 2) {
      long offset = header.getLong(168);
      if (offset < 0) {
        throw new DamagedContentException(168, "the voxels begin at " + offset);
      }
      return offset;
    }
    float offset = header.getFloat(108);
    if (!(offset >= 0 && offset < Long.MAX_VALUE)) {
      throw new DamagedContentException(108, "the voxels begin at " + offset);
    }
    return (long) offset;
  }

  /** The quaternion's rotation, the voxel's sizes and the offset (NIfTI-1, method 2). */
  private List<Double> qform() {
    double b = decimal(256, 352);
    double c = decimal(260, 360);
    double d = decimal(264, 368);
    double rest = 1 - (b * b + c * c + d * d);
    // A half turn is stored with rounding, which a square root would make large.
    double rounding = 3 * (version == 1 ? Math.ulp(1f) : Math.ulp(1.0));
    double a = rest > rounding ? Math.sqrt(rest) : 0;
    double norm = a * a + b * b + c * c + d * d;
    double scale = norm == 0 ? 1 : 1 / Math.sqrt(norm);
    a *= scale;
    b *= scale;
    c *= scale;
    d *= scale;
    double sign = decimal(76, 104) < 0 ? -1 : 1;
    double x = spacing(1);
    double y = spacing(2);
    double z = spacing(3) * sign;
    return List.of(
        (a * a + b * b - c * c - d * d) * x,
        2 * (b * c - a * d) * y,
        2 * (b * d + a * c) * z,
        decimal(268, 376),
        2 * (b * c + a * d) * x,
        (a * a + c * c - b * b - d * d) * y,
        2 * (c * d - a * b) * z,
        decimal(272, 384),
        2 * (b * d - a * c) * x,
        2 * (c * d + a * b) * y,
        (a * a + d * d - c * c - b * b) * z,
        decimal(276, 392),
        0.0,
        0.0,
        0.0,
        1.0);
  }

  private List<Double> sform() {
    List<Double> numbers = new ArrayList<>();
    for (int at = 0; at < 12; at++) {
      numbers.add(decimal(280 + 4 * at, 400 + 8 * at));
    }
    numbers.addAll(List.of(0.0, 0.0, 0.0, 1.0));
    return numbers;
  }

  /** They follow the header when its next four bytes say so, up to the voxels. */
  private List<NiftiHeader.Extension> extensions() {
    List<NiftiHeader.Extension> found = new ArrayList<>();
    long at = header.capacity() + 4L;
    if (file.size() < at || file.bytes(header.capacity(), 1)[0] == 0) {
      return found;
    }
    boolean pair = text(version == 1 ? 344 : 4, 2).equals("ni");
    long end = pair ? file.size() : Math.min(file.size(), dataOffset());
    while (at + 8 <= end) {
      ByteBuffer head = ByteBuffer.wrap(file.bytes(at, 8)).order(header.order());
      long size = head.getInt(0);
      if (size < 8 || size > end - at) {
        throw new DamagedContentException(at, "an extension has %d bytes".formatted(size));
      }
      found.add(new NiftiHeader.Extension(head.getInt(4), at, size));
      if (found.size() > EXTENSIONS) {
        throw new DamagedContentException(at, "there are more than 1000 extensions");
      }
      at += size;
    }
    return found;
  }

  private String text(int offset, int length) {
    int end = offset;
    while (end < offset + length && header.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - offset];
    header.get(offset, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
