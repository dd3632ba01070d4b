package tarn.files.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.ByteSources;
import tarn.files.bytes.Cursor;
import tarn.files.bytes.DamagedContentException;

/**
 * Reads a file up to its pixels. Memory is bounded: binary values beyond {@link #INLINE} are passed
 * over, and a header with more than {@link #MOST} bytes of other values is refused.
 */
final class DicomParser {
  /** Binary values up to this length are kept. */
  static final int INLINE = 4096;

  /** What all values that are kept may take, and what a deflated header may inflate to. */
  static final int MOST = 64 << 20;

  /** Sequences in sequences. Real files have less than ten. */
  static final int DEPTH = 64;

  /** Data elements and items. */
  static final int COUNT = 2_000_000;

  private static final long UNDEFINED = 0xFFFFFFFFL;
  private static final int PREAMBLE = 128;

  private final ByteSource file;
  private final List<String> remarks = new ArrayList<>();
  private long kept;
  private int count;
  private Optional<PixelData> pixels = Optional.empty();

  private DicomParser(ByteSource file) {
    this.file = file;
  }

  static DicomFile parse(ByteSource file) {
    return new DicomParser(file).parse();
  }

  static boolean hasMagic(byte[] head) {
    return head.length >= PREAMBLE + 4
        && head[PREAMBLE] == 'D'
        && head[PREAMBLE + 1] == 'I'
        && head[PREAMBLE + 2] == 'C'
        && head[PREAMBLE + 3] == 'M';
  }

  private DicomFile parse() {
    byte[] head = new byte[(int) Math.min(PREAMBLE + 4, file.size())];
    file.read(0, head);
    long start = hasMagic(head) ? PREAMBLE + 4 : 0;
    if (start == 0) {
      remarks.add("there is no preamble");
    }
    DataSet meta = new DataSet(ByteOrder.LITTLE_ENDIAN, Optional.empty());
    Cursor cursor = new Cursor(file, start);
    readMeta(cursor, meta);
    TransferSyntax syntax = syntax(meta, cursor);
    DataSet header = new DataSet(syntax.order(), Optional.empty());
    if (syntax.packing() == TransferSyntax.Packing.DEFLATED) {
      Cursor inflated = new Cursor(ByteSources.of(inflate(cursor)), 0);
      readElements(inflated, header, Long.MAX_VALUE, syntax, 0);
      pixels = Optional.empty();
    } else {
      readElements(cursor, header, Long.MAX_VALUE, syntax, 0);
    }
    if (header.elements().isEmpty()) {
      throw new DamagedContentException(cursor.position(), "there is no data element");
    }
    return new DicomFile(meta, syntax, header, pixels, remarks);
  }

  /** Group 0002 is always explicit and little endian; it ends where another group begins. */
  private void readMeta(Cursor cursor, DataSet meta) {
    TransferSyntax syntax = TransferSyntax.of(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    while (cursor.has(8)) {
      long at = cursor.position();
      int group = cursor.unsignedShort(ByteOrder.LITTLE_ENDIAN);
      cursor.seek(at);
      if (group != 2) {
        return;
      }
      readElement(cursor, meta, syntax, 0);
    }
  }

  private TransferSyntax syntax(DataSet meta, Cursor cursor) {
    Optional<String> uid = meta.text(Tags.TRANSFER_SYNTAX);
    if (!cursor.has(8)) {
      return TransferSyntax.of(uid.orElse(TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
    }
    if (uid.isPresent()
        && TransferSyntax.of(uid.get()).packing() == TransferSyntax.Packing.DEFLATED) {
      return TransferSyntax.of(uid.get());
    }
    long at = cursor.position();
    byte[] first = cursor.bytes(8);
    cursor.seek(at);
    boolean explicit = isLetter(first[4]) && isLetter(first[5]);
    TransferSyntax.Form form =
        explicit ? TransferSyntax.Form.EXPLICIT : TransferSyntax.Form.IMPLICIT;
    if (uid.isEmpty()) {
      remarks.add("the transfer syntax is not said, but seen in the data");
      // Groups begin at 0008; in the other byte order that is a group far beyond the usual ones.
      boolean big = first[0] == 0 && first[1] != 0;
      return new TransferSyntax(
          "",
          form,
          big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
          TransferSyntax.Packing.NONE);
    }
    TransferSyntax said = TransferSyntax.of(uid.get());
    if (said.form() != form) {
      remarks.add("the data are not in the form that the transfer syntax says");
    }
    return said.with(form);
  }

  private static boolean isLetter(byte value) {
    return value >= 'A' && value <= 'Z';
  }

  private static byte[] inflate(Cursor cursor) {
    long start = cursor.position();
    ByteArrayOutputStream inflated = new ByteArrayOutputStream();
    byte[] out = new byte[16 << 10];
    try (Inflater inflater = new Inflater(true)) {
      while (!inflater.finished() && inflated.size() <= MOST) {
        if (inflater.needsInput() && cursor.remaining() > 0) {
          inflater.setInput(cursor.bytes((int) Math.min(8 << 10, cursor.remaining())));
        }
        int count = inflater.inflate(out);
        if (count == 0 && cursor.remaining() == 0) {
          break;
        }
        inflated.write(out, 0, count);
      }
    } catch (DataFormatException e) {
      throw new DamagedContentException(
          start, "the data set cannot be inflated (" + e.getMessage() + ")");
    }
    return inflated.toByteArray();
  }

  private enum Next {
    ELEMENT,
    /** The item ended, or the pixels began. */
    END
  }

  private void readElements(
      Cursor cursor, DataSet into, long end, TransferSyntax syntax, int depth) {
    while (cursor.position() < end && cursor.remaining() > 0) {
      if (depth == 0 && cursor.remaining() < 8) {
        remarks.add("%d bytes are left at the end".formatted(cursor.remaining()));
        return;
      }
      if (readElement(cursor, into, syntax, depth) == Next.END) {
        return;
      }
    }
    if (end == UNDEFINED_END) {
      throw new DamagedContentException(cursor.position(), "an item has no end");
    }
  }

  /** As far as an item may go that says no length; no file is as long. */
  private static final long UNDEFINED_END = Long.MAX_VALUE - 1;

  private Next readElement(Cursor cursor, DataSet into, TransferSyntax syntax, int depth) {
    long start = cursor.position();
    counted(start);
    ByteOrder order = syntax.order();
    int tag = cursor.unsignedShort(order) << 16 | cursor.unsignedShort(order);
    if (tag == Tags.ITEM_END) {
      cursor.skip(4);
      if (depth == 0) {
        remarks.add("an item ends at byte %d where there is none".formatted(start));
        return Next.ELEMENT;
      }
      return Next.END;
    }
    if (Tags.group(tag) == 0xFFFE) {
      throw new DamagedContentException(start, Tags.text(tag) + " has no place here");
    }
    Optional<Vr> said = Optional.empty();
    long length;
    if (syntax.form() == TransferSyntax.Form.IMPLICIT) {
      length = cursor.unsignedInteger(order);
    } else {
      byte[] code = cursor.bytes(2);
      said = Vr.of(code[0], code[1]);
      if (said.isEmpty() && (!isLetter(code[0]) || !isLetter(code[1]))) {
        // Some writers mix both forms in one file.
        cursor.seek(start + 4);
        length = cursor.unsignedInteger(order);
        remarks.add(Tags.text(tag) + " is written in implicit form");
      } else if (said.isEmpty() || said.get().hasLongLength()) {
        // One that is not known is as long as the new ones are (PS3.5, 6.2).
        said = said.or(() -> Optional.of(Vr.UN));
        cursor.skip(2);
        length = cursor.unsignedInteger(order);
      } else {
        length = cursor.unsignedShort(order);
      }
    }
    if (depth == 0 && Tags.isPixelData(tag)) {
      pixels = Optional.of(pixelData(cursor, length, order, start));
      return Next.END;
    }
    Vr vr = said.filter(each -> each != Vr.UN).orElseGet(() -> guess(tag, into));
    readValue(cursor, into, new Start(tag, vr, said, start), length, syntax, depth);
    return Next.ELEMENT;
  }

  private record Start(int tag, Vr vr, Optional<Vr> said, long offset) {}

  private void readValue(
      Cursor cursor, DataSet into, Start start, long length, TransferSyntax syntax, int depth) {
    int tag = start.tag;
    long offset = cursor.position();
    boolean unknown = start.said.equals(Optional.of(Vr.UN));
    if (length == UNDEFINED) {
      boolean fragments = start.said.filter(vr -> vr == Vr.OB || vr == Vr.OW).isPresent();
      if (fragments || (start.said.isEmpty() && Tags.isPixelData(tag))) {
        skipFragments(cursor, syntax.order());
        into.put(new Element(tag, start.vr, offset, cursor.position() - offset, null, List.of()));
        return;
      }
      // What was UN is always implicit and little endian inside (PS3.5, 6.2.2, note 4).
      TransferSyntax inner = unknown ? implicit(syntax) : syntax;
      List<DataSet> items = readItems(cursor, into, UNDEFINED_END, inner, depth + 1);
      into.put(new Element(tag, Vr.SQ, offset, cursor.position() - offset, null, items));
      return;
    }
    if (!cursor.has(length)) {
      throw new DamagedContentException(
          start.offset,
          "%s is %d bytes long, but %d are left"
              .formatted(Tags.text(tag), length, cursor.remaining()));
    }
    if (start.vr == Vr.SQ) {
      TransferSyntax inner = unknown ? implicit(syntax) : syntax;
      List<DataSet> items = readItems(cursor, into, offset + length, inner, depth + 1);
      cursor.seek(offset + length);
      into.put(new Element(tag, Vr.SQ, offset, length, null, items));
      return;
    }
    boolean binary = start.vr.kind() == Vr.Kind.BYTES;
    if (binary && length > INLINE) {
      cursor.skip(length);
      into.put(new Element(tag, start.vr, offset, length, null, List.of()));
      return;
    }
    kept += length;
    if (kept > MOST) {
      throw new DamagedContentException(
          start.offset, "the header's values are larger than %d bytes".formatted(MOST));
    }
    byte[] bytes = cursor.bytes((int) length);
    into.put(new Element(tag, start.vr, offset, length, bytes, List.of()));
  }

  private static TransferSyntax implicit(TransferSyntax syntax) {
    return syntax.with(TransferSyntax.Form.IMPLICIT).with(ByteOrder.LITTLE_ENDIAN);
  }

  private List<DataSet> readItems(
      Cursor cursor, DataSet outer, long end, TransferSyntax syntax, int depth) {
    if (depth > DEPTH) {
      throw new DamagedContentException(
          cursor.position(), "sequences lie more than %d deep in each other".formatted(DEPTH));
    }
    List<DataSet> items = new ArrayList<>();
    while (cursor.position() < end) {
      long start = cursor.position();
      if (end == UNDEFINED_END && cursor.remaining() == 0) {
        throw new DamagedContentException(start, "a sequence has no end");
      }
      counted(start);
      ByteOrder order = syntax.order();
      int tag = cursor.unsignedShort(order) << 16 | cursor.unsignedShort(order);
      long length = cursor.unsignedInteger(order);
      if (tag == Tags.SEQUENCE_END) {
        return items;
      }
      if (tag != Tags.ITEM) {
        throw new DamagedContentException(
            start, "an item of a sequence must begin here, but there is " + Tags.text(tag));
      }
      items.add(readItem(cursor, outer, start, length, syntax, depth));
    }
    return items;
  }

  private DataSet readItem(
      Cursor cursor, DataSet outer, long start, long length, TransferSyntax syntax, int depth) {
    DataSet item = new DataSet(syntax.order(), Optional.of(outer));
    if (length == UNDEFINED) {
      readElements(cursor, item, UNDEFINED_END, syntax, depth);
      return item;
    }
    if (!cursor.has(length)) {
      throw new DamagedContentException(
          start, "an item is %d bytes long, but %d are left".formatted(length, cursor.remaining()));
    }
    long end = cursor.position() + length;
    readElements(cursor, item, end, syntax, depth);
    if (cursor.position() > end) {
      throw new DamagedContentException(start, "an item is shorter than what is in it");
    }
    return item;
  }

  private PixelData pixelData(Cursor cursor, long length, ByteOrder order, long start) {
    long offset = cursor.position();
    if (length != UNDEFINED) {
      if (!cursor.has(length)) {
        throw new DamagedContentException(
            start,
            "the pixels are %d bytes long, but %d are left".formatted(length, cursor.remaining()));
      }
      return new PixelData(offset, length, List.of(), List.of());
    }
    return Encapsulated.read(cursor, order, this::counted);
  }

  private void skipFragments(Cursor cursor, ByteOrder order) {
    Encapsulated.read(cursor, order, this::counted);
  }

  private void counted(long offset) {
    count++;
    if (count > COUNT) {
      throw new DamagedContentException(offset, "there are more than %d elements".formatted(COUNT));
    }
  }

  /** The value representation of an element that does not say it. */
  private static Vr guess(int tag, DataSet around) {
    if (Tags.isPrivateCreator(tag)) {
      return Vr.LO;
    }
    if (Tags.isPrivate(tag)) {
      return Vr.UN;
    }
    if (Tags.element(tag) == 0) {
      return Vr.UL;
    }
    return Dictionary.vr(tag).map(known -> decide(known, around)).orElse(Vr.UN);
  }

  private static Vr decide(String known, DataSet around) {
    return switch (known) {
      case "US/SS" ->
          around
              .findOutwards(Tags.PIXEL_REPRESENTATION)
              .flatMap(Element::content)
              .filter(bytes -> bytes.length == 2 && (bytes[0] | bytes[1]) != 0)
              .map(_ -> Vr.SS)
              .orElse(Vr.US);
      case "US/SS/OW", "OB/OW" -> Vr.OW;
      case "US/OW" ->
          around
              .find(Tags.LUT_DESCRIPTOR)
              .flatMap(
                  element ->
                      Values.texts(element, around.order(), CharacterSets.DEFAULT).stream()
                          .findFirst())
              .filter("1"::equals)
              .map(_ -> Vr.US)
              .orElse(Vr.OW);
      default -> Vr.valueOf(known);
    };
  }
}
