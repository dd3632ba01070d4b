package tarn.files.dicom;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import tarn.files.bytes.Cursor;
import tarn.files.bytes.DamagedContentException;

/** Pixels in fragments (PS3.5, annex A.4): the headers of the items are read, and no pixels. */
final class Encapsulated {
  private Encapsulated() {}

  /**
   * Reads to the end of the sequence.
   *
   * @param counted gets the offset of each item, and may refuse to go on
   */
  static PixelData read(Cursor cursor, ByteOrder order, LongConsumer counted) {
    long start = cursor.position();
    List<Long> table = List.of();
    List<PixelData.Part> fragments = new ArrayList<>();
    boolean first = true;
    while (true) {
      long at = cursor.position();
      counted.accept(at);
      if (!cursor.has(8)) {
        throw new DamagedContentException(at, "the fragments of the pixels have no end");
      }
      int tag = cursor.unsignedShort(order) << 16 | cursor.unsignedShort(order);
      long length = cursor.unsignedInteger(order);
      if (tag == Tags.SEQUENCE_END) {
        return new PixelData(start, cursor.position() - start, fragments, frames(table, fragments));
      }
      if (tag != Tags.ITEM || !cursor.has(length)) {
        throw new DamagedContentException(
            at,
            tag == Tags.ITEM
                ? "a fragment is %d bytes long, but %d are left"
                    .formatted(length, cursor.remaining())
                : "a fragment must begin here, but there is " + Tags.text(tag));
      }
      if (first) {
        table = table(cursor, length, order);
        first = false;
      } else {
        fragments.add(new PixelData.Part(cursor.position(), length));
        cursor.skip(length);
      }
    }
  }

  private static List<Long> table(Cursor cursor, long length, ByteOrder order) {
    List<Long> offsets = new ArrayList<>();
    if (length > 16 << 20) {
      throw new DamagedContentException(
          cursor.position(), "the offset table is %d bytes long".formatted(length));
    }
    for (long at = 0; at + 4 <= length; at += 4) {
      offsets.add(cursor.unsignedInteger(order));
    }
    cursor.skip(length % 4);
    return offsets;
  }

  /** Offsets count from the first item after the table. */
  private static List<Long> frames(List<Long> table, List<PixelData.Part> fragments) {
    if (fragments.isEmpty()) {
      return List.of();
    }
    long base = fragments.getFirst().offset() - 8;
    return table.stream().map(each -> base + each).toList();
  }
}
