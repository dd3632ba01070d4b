package tarn.files.dicom;

import java.nio.ByteOrder;

/**
 * How a data set is written (PS3.5, section 10 and annex A).
 *
 * @param uid empty when the file does not say
 */
record TransferSyntax(String uid, Form form, ByteOrder order, Packing packing) {
  static final String IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2";
  static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
  static final String DEFLATED = "1.2.840.10008.1.2.1.99";
  static final String EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2";

  /** Whether elements say their value representations. */
  enum Form {
    IMPLICIT,
    EXPLICIT
  }

  enum Packing {
    NONE,
    DEFLATED
  }

  static TransferSyntax of(String uid) {
    return switch (uid) {
      case IMPLICIT_LITTLE_ENDIAN ->
          new TransferSyntax(uid, Form.IMPLICIT, ByteOrder.LITTLE_ENDIAN, Packing.NONE);
      case EXPLICIT_BIG_ENDIAN ->
          new TransferSyntax(uid, Form.EXPLICIT, ByteOrder.BIG_ENDIAN, Packing.NONE);
      case DEFLATED, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205" ->
          new TransferSyntax(uid, Form.EXPLICIT, ByteOrder.LITTLE_ENDIAN, Packing.DEFLATED);
      default -> new TransferSyntax(uid, Form.EXPLICIT, ByteOrder.LITTLE_ENDIAN, Packing.NONE);
    };
  }

  TransferSyntax with(Form other) {
    return new TransferSyntax(uid, other, order, packing);
  }

  TransferSyntax with(ByteOrder other) {
    return new TransferSyntax(uid, form, other, packing);
  }
}
