package tarn.files.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How text of a data set is encoded: its Specific Character Set (PS3.3, C.12.1.1.2), with the code
 * extensions of ISO 2022 (PS3.5, 6.1.2.5).
 */
final class CharacterSets {
  static final CharacterSets DEFAULT = new CharacterSets(StandardCharsets.ISO_8859_1, false);

  private static final int ESCAPE = 0x1B;

  /** One byte or several a character, all of them in this one set. */
  private static final Map<String, String> SINGLE =
      Map.ofEntries(
          Map.entry("", "ISO-8859-1"),
          Map.entry("ISO_IR 6", "ISO-8859-1"),
          Map.entry("ISO_IR 100", "ISO-8859-1"),
          Map.entry("ISO_IR 101", "ISO-8859-2"),
          Map.entry("ISO_IR 109", "ISO-8859-3"),
          Map.entry("ISO_IR 110", "ISO-8859-4"),
          Map.entry("ISO_IR 144", "ISO-8859-5"),
          Map.entry("ISO_IR 127", "ISO-8859-6"),
          Map.entry("ISO_IR 126", "ISO-8859-7"),
          Map.entry("ISO_IR 138", "ISO-8859-8"),
          Map.entry("ISO_IR 148", "ISO-8859-9"),
          Map.entry("ISO_IR 203", "ISO-8859-15"),
          Map.entry("ISO_IR 13", "Shift_JIS"),
          Map.entry("ISO_IR 166", "TIS-620"),
          Map.entry("ISO_IR 192", "UTF-8"),
          Map.entry("GB18030", "GB18030"),
          Map.entry("GBK", "GBK"));

  /** What an escape sequence, without its first byte, puts where. */
  private static final Map<String, Designation> DESIGNATIONS =
      Map.ofEntries(
          Map.entry("(B", new Designation(Half.LOWER, "ISO-8859-1", Form.SINGLE)),
          Map.entry("(J", new Designation(Half.LOWER, "Shift_JIS", Form.SINGLE)),
          Map.entry(")I", new Designation(Half.UPPER, "Shift_JIS", Form.SINGLE)),
          Map.entry("-A", new Designation(Half.UPPER, "ISO-8859-1", Form.SINGLE)),
          Map.entry("-B", new Designation(Half.UPPER, "ISO-8859-2", Form.SINGLE)),
          Map.entry("-C", new Designation(Half.UPPER, "ISO-8859-3", Form.SINGLE)),
          Map.entry("-D", new Designation(Half.UPPER, "ISO-8859-4", Form.SINGLE)),
          Map.entry("-L", new Designation(Half.UPPER, "ISO-8859-5", Form.SINGLE)),
          Map.entry("-G", new Designation(Half.UPPER, "ISO-8859-6", Form.SINGLE)),
          Map.entry("-F", new Designation(Half.UPPER, "ISO-8859-7", Form.SINGLE)),
          Map.entry("-H", new Designation(Half.UPPER, "ISO-8859-8", Form.SINGLE)),
          Map.entry("-M", new Designation(Half.UPPER, "ISO-8859-9", Form.SINGLE)),
          Map.entry("-b", new Designation(Half.UPPER, "ISO-8859-15", Form.SINGLE)),
          Map.entry("-T", new Designation(Half.UPPER, "TIS-620", Form.SINGLE)),
          Map.entry("$B", new Designation(Half.LOWER, "EUC-JP", Form.DOUBLE)),
          Map.entry("$@", new Designation(Half.LOWER, "EUC-JP", Form.DOUBLE)),
          Map.entry("$(D", new Designation(Half.LOWER, "EUC-JP", Form.DOUBLE_SHIFTED)),
          Map.entry("$)C", new Designation(Half.UPPER, "EUC-KR", Form.SINGLE)),
          Map.entry("$)A", new Designation(Half.UPPER, "GB2312", Form.SINGLE)));

  private enum Half {
    /** Bytes below 128. */
    LOWER,
    /** The others. */
    UPPER
  }

  private enum Form {
    /** The bytes as they are. */
    SINGLE,
    /** Two a character, for which the decoder wants the highest bit set. */
    DOUBLE,
    /** As {@link #DOUBLE}, each after the byte 8F. */
    DOUBLE_SHIFTED
  }

  private record Designation(Half half, String charset, Form form) {
    String decode(byte[] bytes) {
      return switch (form) {
        case SINGLE -> new String(bytes, Charset.forName(charset));
        case DOUBLE, DOUBLE_SHIFTED -> {
          ByteArrayOutputStream raised = new ByteArrayOutputStream();
          for (int at = 0; at < bytes.length; at++) {
            if (form == Form.DOUBLE_SHIFTED && at % 2 == 0) {
              raised.write(0x8F);
            }
            raised.write(bytes[at] | 0x80);
          }
          yield new String(raised.toByteArray(), Charset.forName(charset));
        }
      };
    }
  }

  private final Charset first;
  private final boolean extended;

  private CharacterSets(Charset first, boolean extended) {
    this.first = first;
    this.extended = extended;
  }

  /** The value of (0008,0005). */
  static CharacterSets of(byte[] value) {
    String[] names = new String(value, StandardCharsets.ISO_8859_1).split("\\\\", -1);
    String name = names[0].strip().replace("\0", "");
    boolean extended = names.length > 1 || name.startsWith("ISO 2022");
    return new CharacterSets(charset(name), extended);
  }

  private static Charset charset(String name) {
    String plain =
        name.toUpperCase(Locale.ROOT)
            .replace("ISO 2022 IR", "ISO_IR")
            .replace("ISO_2022_IR", "ISO_IR")
            .replace("ISO IR", "ISO_IR")
            .replace("ISO-IR", "ISO_IR");
    return Charset.forName(SINGLE.getOrDefault(plain, "ISO-8859-1"));
  }

  /** One text, backslashes and all. */
  String decode(byte[] bytes) {
    return String.join("\\", split(bytes));
  }

  /** The texts between backslashes; one that is the second byte of a character is none. */
  List<String> split(byte[] bytes) {
    if (!extended || !holdsEscape(bytes)) {
      return List.of(new String(bytes, first).split("\\\\", -1));
    }
    return new Decoder(bytes).decode();
  }

  private static boolean holdsEscape(byte[] bytes) {
    for (byte each : bytes) {
      if (each == ESCAPE) {
        return true;
      }
    }
    return false;
  }

  /** Follows the escape sequences through one value. */
  private final class Decoder {
    private final byte[] bytes;
    private final List<String> values = new ArrayList<>();
    private final StringBuilder value = new StringBuilder();
    private Designation lower = initialLower();
    private Designation upper = initialUpper();

    Decoder(byte[] bytes) {
      this.bytes = bytes;
    }

    private Designation initialLower() {
      return new Designation(Half.LOWER, "ISO-8859-1", Form.SINGLE);
    }

    private Designation initialUpper() {
      return new Designation(Half.UPPER, first.name(), Form.SINGLE);
    }

    List<String> decode() {
      int at = 0;
      while (at < bytes.length) {
        int next = bytes[at];
        if (next == ESCAPE) {
          at = designate(at);
        } else if (lower.form == Form.SINGLE && next >= 0 && isDelimiter(next)) {
          delimit(next);
          at++;
        } else {
          at = run(at);
        }
      }
      values.add(value.toString());
      return values;
    }

    private int designate(int at) {
      for (int length = 2; length <= 3 && at + length < bytes.length; length++) {
        Designation known =
            DESIGNATIONS.get(new String(bytes, at + 1, length, StandardCharsets.ISO_8859_1));
        if (known != null) {
          switch (known.half) {
            case LOWER -> lower = known;
            case UPPER -> upper = known;
          }
          return at + 1 + length;
        }
      }
      // Not known: shown as it is, so that nobody takes the text for right.
      value.append((char) ESCAPE);
      return at + 1;
    }

    private static boolean isDelimiter(int next) {
      return next == '\\' || next == '^' || next == '=' || (next >= 9 && next <= 13);
    }

    /** After each of these the sets are those of the beginning again. */
    private void delimit(int next) {
      if (next == '\\') {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append((char) next);
      }
      lower = initialLower();
      upper = initialUpper();
    }

    private int run(int start) {
      boolean high = bytes[start] < 0;
      int end = start;
      while (end < bytes.length
          && bytes[end] != ESCAPE
          && bytes[end] < 0 == high
          && !(!high && lower.form == Form.SINGLE && isDelimiter(bytes[end]))) {
        end++;
      }
      byte[] part = Arrays.copyOfRange(bytes, start, end);
      value.append((high ? upper : lower).decode(part));
      return end;
    }
  }
}
