package tarn.files.pickle;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.DamagedContentException;

/**
 * The header of a {@code .npy} file, which numpy evaluates as a literal of Python. Only what is
 * surely an array of numbers or texts is taken for one; everything else may hold a pickle.
 *
 * @param begin of the data
 * @param plainLength of the data, when there are no objects in them
 */
record NumpyHeader(long begin, OptionalLong plainLength) {
  private static final int LONGEST = 1 << 16;

  private static final Pattern PLAIN =
      Pattern.compile(
          "\\{'descr': '[<>|=]([biufcSUVmM])(\\d{1,9})(?:\\[[0-9A-Za-z]+])?',"
              + " 'fortran_order': (?:True|False), 'shape': \\(([0-9, ]*)\\), } *\\n");

  /** Of a content that begins with the magic word. */
  static NumpyHeader parse(ByteSource content) {
    byte[] start = content.bytes(0, 12);
    int begin = start[6] == 1 ? 10 : 12;
    long length = Byte.toUnsignedInt(start[8]) | (long) Byte.toUnsignedInt(start[9]) << 8;
    if (begin == 12) {
      length |=
          (long) Byte.toUnsignedInt(start[10]) << 16 | (long) Byte.toUnsignedInt(start[11]) << 24;
    }
    if (length > LONGEST) {
      throw new DamagedContentException(8, "the header of the array is too long");
    }
    byte[] header = content.bytes(begin, (int) length);
    Matcher plain = PLAIN.matcher(new String(header, StandardCharsets.ISO_8859_1));
    return new NumpyHeader(
        begin + length, plain.matches() ? OptionalLong.of(size(plain)) : OptionalLong.empty());
  }

  private static long size(Matcher plain) {
    // A text's size counts characters of four bytes.
    long size = Long.parseLong(plain.group(2)) * (plain.group(1).equals("U") ? 4 : 1);
    try {
      for (String each : plain.group(3).split(",", -1)) {
        if (!each.isBlank()) {
          size = Math.multiplyExact(size, Long.parseLong(each.strip()));
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new DamagedContentException(0, "the array is too large");
    }
    return size;
  }
}
