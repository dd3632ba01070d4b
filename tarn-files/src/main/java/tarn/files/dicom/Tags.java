package tarn.files.dicom;

/** The tags that the reader itself looks at; the dictionary knows all. */
final class Tags {
  static final int TRANSFER_SYNTAX = 0x00020010;
  static final int CHARACTER_SET = 0x00080005;
  static final int PIXEL_REPRESENTATION = 0x00280103;
  static final int LUT_DESCRIPTOR = 0x00283002;
  static final int FLOAT_PIXEL_DATA = 0x7FE00008;
  static final int DOUBLE_PIXEL_DATA = 0x7FE00009;
  static final int PIXEL_DATA = 0x7FE00010;
  static final int ITEM = 0xFFFEE000;
  static final int ITEM_END = 0xFFFEE00D;
  static final int SEQUENCE_END = 0xFFFEE0DD;

  private Tags() {}

  static int group(int tag) {
    return tag >>> 16;
  }

  static int element(int tag) {
    return tag & 0xFFFF;
  }

  static boolean isPrivate(int tag) {
    return (group(tag) & 1) == 1;
  }

  /** Whether it reserves a block of private tags. */
  static boolean isPrivateCreator(int tag) {
    return isPrivate(tag) && element(tag) >= 0x10 && element(tag) <= 0xFF;
  }

  static boolean isPixelData(int tag) {
    return tag == PIXEL_DATA || tag == FLOAT_PIXEL_DATA || tag == DOUBLE_PIXEL_DATA;
  }

  /** {@code (0008,0018)}. */
  static String text(int tag) {
    return "(%04X,%04X)".formatted(group(tag), element(tag));
  }
}
