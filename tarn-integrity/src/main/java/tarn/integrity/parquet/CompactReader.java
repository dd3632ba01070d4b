package tarn.integrity.parquet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads Thrift's compact protocol from bytes that may be damaged: never beyond their end, never
 * deeper than any real footer, and never allocating by a length that the bytes do not bear out.
 */
final class CompactReader {
  static final int STOP = 0;
  static final int TRUE = 1;
  static final int FALSE = 2;
  static final int BYTE = 3;
  static final int I16 = 4;
  static final int I32 = 5;
  static final int I64 = 6;
  static final int DOUBLE = 7;
  static final int BINARY = 8;
  static final int LIST = 9;
  static final int SET = 10;
  static final int MAP = 11;
  static final int STRUCT = 12;

  private static final int DEEPEST = 64;

  private final byte[] bytes;
  private final int end;
  private int at;

  CompactReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  int position() {
    return at;
  }

  /** What a struct's field holds, when its type is one of those that were asked for. */
  @FunctionalInterface
  interface Field {
    /** Reads the field's value, or leaves it to be skipped by returning false. */
    boolean read(int id, int type) throws DamagedFileException;
  }

  void struct(Field field) throws DamagedFileException {
    int last = 0;
    while (true) {
      int header = next();
      int type = header & 0x0f;
      if (type == STOP) {
        return;
      }
      int delta = header >>> 4;
      last = delta == 0 ? (int) zigzag() : last + delta;
      if (!field.read(last, type)) {
        skip(type, 0);
      }
    }
  }

  /** One element of a list. */
  @FunctionalInterface
  interface Element {
    void read(int index) throws DamagedFileException;
  }

  int list(int elementType, Element element) throws DamagedFileException {
    int header = next();
    long size = (long) header >>> 4;
    if (size == 15) {
      size = varint();
    }
    // Each element takes a byte at least.
    if (size < 0 || size > end - at) {
      throw new DamagedFileException("a list of " + size + " elements does not fit");
    }
    if (size > 0 && (header & 0x0f) != elementType) {
      throw new DamagedFileException("a list of type " + (header & 0x0f));
    }
    for (int index = 0; index < size; index++) {
      element.read(index);
    }
    return (int) size;
  }

  int number32() throws DamagedFileException {
    long value = zigzag();
    if (value != (int) value) {
      throw new DamagedFileException("a number of 32 bits is " + value);
    }
    return (int) value;
  }

  long number64() throws DamagedFileException {
    return zigzag();
  }

  byte number8() throws DamagedFileException {
    return (byte) next();
  }

  byte[] binary() throws DamagedFileException {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw new DamagedFileException(length + " bytes do not fit");
    }
    byte[] value = Arrays.copyOfRange(bytes, at, at + (int) length);
    at += (int) length;
    return value;
  }

  String text() throws DamagedFileException {
    return new String(binary(), StandardCharsets.UTF_8);
  }

  private void skip(int type, int depth) throws DamagedFileException {
    if (depth > DEEPEST) {
      throw new DamagedFileException("nested too deep");
    }
    switch (type) {
      case TRUE, FALSE -> {}
      case BYTE -> next();
      case I16, I32, I64 -> varint();
      case DOUBLE -> advance(8);
      case BINARY -> advance(varint());
      case LIST, SET -> skipList(depth);
      case MAP -> skipMap(depth);
      case STRUCT -> skipStruct(depth);
      default -> throw new DamagedFileException("type " + type);
    }
  }

  private void skipStruct(int depth) throws DamagedFileException {
    while (true) {
      int header = next();
      int type = header & 0x0f;
      if (type == STOP) {
        return;
      }
      if (header >>> 4 == 0) {
        varint();
      }
      skip(type, depth + 1);
    }
  }

  private void skipList(int depth) throws DamagedFileException {
    int header = next();
    long size = header >>> 4 == 15 ? varint() : header >>> 4;
    if (size < 0 || size > end - at) {
      throw new DamagedFileException("a list of " + size + " elements does not fit");
    }
    for (long index = 0; index < size; index++) {
      skipElement(header & 0x0f, depth);
    }
  }

  private void skipMap(int depth) throws DamagedFileException {
    long size = varint();
    if (size < 0 || size > end - at) {
      throw new DamagedFileException("a map of " + size + " entries does not fit");
    }
    if (size == 0) {
      return;
    }
    int types = next();
    for (long index = 0; index < size; index++) {
      skipElement(types >>> 4, depth);
      skipElement(types & 0x0f, depth);
    }
  }

  /** Unlike a field, a boolean that is an element takes a byte. */
  private void skipElement(int type, int depth) throws DamagedFileException {
    if (type == TRUE || type == FALSE) {
      next();
    } else {
      skip(type, depth + 1);
    }
  }

  private void advance(long length) throws DamagedFileException {
    if (length < 0 || length > end - at) {
      throw new DamagedFileException(length + " bytes do not fit");
    }
    at += (int) length;
  }

  private int next() throws DamagedFileException {
    if (at >= end) {
      throw new DamagedFileException("it ends too early");
    }
    return bytes[at++] & 0xff;
  }

  private long varint() throws DamagedFileException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int part = next();
      value |= (long) (part & 0x7f) << shift;
      if ((part & 0x80) == 0) {
        return value;
      }
    }
    throw new DamagedFileException("a number is too long");
  }

  private long zigzag() throws DamagedFileException {
    long value = varint();
    return (value >>> 1) ^ -(value & 1);
  }
}
