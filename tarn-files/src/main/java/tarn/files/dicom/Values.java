package tarn.files.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes values of bytes. */
final class Values {
  private Values() {}

  /** The values as text, numbers too; none of a sequence, of bytes or of an empty element. */
  static List<String> texts(Element element, ByteOrder order, CharacterSets sets) {
    byte[] bytes = element.bytes();
    if (bytes == null || bytes.length == 0) {
      return List.of();
    }
    return switch (element.vr().kind()) {
      case TEXTS, DECIMALS, INTEGERS -> trimmed(plain(bytes).split("\\\\", -1));
      case TEXT -> List.of(withoutPadding(plain(bytes)));
      case ENCODED_TEXT -> List.of(withoutPadding(sets.decode(bytes)));
      case ENCODED_TEXTS, NAMES -> trimmed(sets.split(bytes).toArray(String[]::new));
      case SIGNED, UNSIGNED, FLOATS, TAGS -> numbers(element.vr(), bytes, order);
      case BYTES, ITEMS -> List.of();
    };
  }

  private static String plain(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static List<String> trimmed(String[] texts) {
    List<String> trimmed = new ArrayList<>(texts.length);
    for (String text : texts) {
      trimmed.add(withoutPadding(text));
    }
    return trimmed;
  }

  /** Trailing spaces and zeros fill a value up to an even length. */
  private static String withoutPadding(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
      end--;
    }
    return text.substring(0, end);
  }

  private static List<String> numbers(Vr vr, byte[] bytes, ByteOrder order) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
    List<String> numbers = new ArrayList<>(bytes.length / vr.width());
    while (buffer.remaining() >= vr.width()) {
      numbers.add(number(vr, buffer));
    }
    return numbers;
  }

  private static String number(Vr vr, ByteBuffer buffer) {
    return switch (vr) {
      case US -> Integer.toString(Short.toUnsignedInt(buffer.getShort()));
      case SS -> Short.toString(buffer.getShort());
      case UL -> Integer.toUnsignedString(buffer.getInt());
      case SL -> Integer.toString(buffer.getInt());
      case UV -> Long.toUnsignedString(buffer.getLong());
      case SV -> Long.toString(buffer.getLong());
      case FL -> Double.toString(buffer.getFloat());
      case FD -> Double.toString(buffer.getDouble());
      case AT ->
          "%04X%04X"
              .formatted(
                  Short.toUnsignedInt(buffer.getShort()), Short.toUnsignedInt(buffer.getShort()));
      default -> throw new IllegalArgumentException(vr.name());
    };
  }
}
