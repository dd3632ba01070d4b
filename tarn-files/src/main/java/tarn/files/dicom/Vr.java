package tarn.files.dicom;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Value representations (PS3.5, section 6.2). */
enum Vr {
  AE(Kind.TEXTS),
  AS(Kind.TEXTS),
  AT(Kind.TAGS, 4),
  CS(Kind.TEXTS),
  DA(Kind.TEXTS),
  DS(Kind.DECIMALS),
  DT(Kind.TEXTS),
  FD(Kind.FLOATS, 8),
  FL(Kind.FLOATS, 4),
  IS(Kind.INTEGERS),
  LO(Kind.ENCODED_TEXTS),
  LT(Kind.ENCODED_TEXT),
  OB(Kind.BYTES),
  OD(Kind.BYTES, 8),
  OF(Kind.BYTES, 4),
  OL(Kind.BYTES, 4),
  OV(Kind.BYTES, 8),
  OW(Kind.BYTES, 2),
  PN(Kind.NAMES),
  SH(Kind.ENCODED_TEXTS),
  SL(Kind.SIGNED, 4),
  SQ(Kind.ITEMS),
  SS(Kind.SIGNED, 2),
  ST(Kind.ENCODED_TEXT),
  SV(Kind.SIGNED, 8),
  TM(Kind.TEXTS),
  UC(Kind.ENCODED_TEXTS),
  UI(Kind.TEXTS),
  UL(Kind.UNSIGNED, 4),
  UN(Kind.BYTES),
  UR(Kind.TEXT),
  US(Kind.UNSIGNED, 2),
  UT(Kind.ENCODED_TEXT),
  UV(Kind.UNSIGNED, 8);

  /** How a value's bytes are read. */
  enum Kind {
    /** Several, with backslashes between, of the default character set. */
    TEXTS,
    /** One, which may hold backslashes. */
    TEXT,
    /** As {@link #TEXTS}, in the data set's character set. */
    ENCODED_TEXTS,
    /** As {@link #TEXT}, in the data set's character set. */
    ENCODED_TEXT,
    NAMES,
    DECIMALS,
    INTEGERS,
    SIGNED,
    UNSIGNED,
    FLOATS,
    TAGS,
    BYTES,
    ITEMS
  }

  private static final Map<Integer, Vr> BY_CODE = new HashMap<>();

  static {
    for (Vr each : values()) {
      BY_CODE.put(each.name().charAt(0) << 8 | each.name().charAt(1), each);
    }
  }

  private final Kind kind;
  private final int width;

  Vr(Kind kind) {
    this(kind, 1);
  }

  Vr(Kind kind, int width) {
    this.kind = kind;
    this.width = width;
  }

  Kind kind() {
    return kind;
  }

  /** Bytes of one number; 1 where there are none. */
  int width() {
    return width;
  }

  /** Whether its length has four bytes in explicit form, after two that say nothing. */
  boolean hasLongLength() {
    return switch (this) {
      case OB, OD, OF, OL, OV, OW, SQ, SV, UC, UN, UR, UT, UV -> true;
      case AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, PN, SH, SL, SS, ST, TM, UI, UL, US ->
          false;
    };
  }

  static Optional<Vr> of(byte first, byte second) {
    return Optional.ofNullable(
        BY_CODE.get(Byte.toUnsignedInt(first) << 8 | Byte.toUnsignedInt(second)));
  }
}
