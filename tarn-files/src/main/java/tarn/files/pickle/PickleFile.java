package tarn.files.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.ByteSources;
import tarn.files.bytes.DamagedContentException;
import tarn.files.bytes.SourceChannel;

/** Finds the pickles in a file: the file itself, members of a zip, arrays of objects. */
final class PickleFile {
  /** A member of a zip is held in memory while it is scanned. */
  private static final long LONGEST_MEMBER = 64 << 20;

  /** All members together: what a small zip unpacks to has no end otherwise. */
  private static final long LONGEST_ALL = 1 << 30;

  private static final int MEMBERS = 100_000;

  /** Others are read differently by different programs: some end a name at its first zero byte. */
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.+/ -]+");

  /** What torch writes beside the pickle: storages, and short notes on itself. */
  private static final Pattern TORCH_DATA =
      Pattern.compile(
          "data/[0-9]+|version|byteorder|\\.format_version|\\.storage_alignment|\\.data/serialization_id");

  /** A file's verdict is the worst of its parts'. */
  record Part(String member, PickleScan scan) {}

  private PickleFile() {}

  static List<Part> scan(String path, ByteSource content) {
    byte[] head = new byte[(int) Math.min(16, content.size())];
    content.read(0, head);
    if (startsWith(head, 'P', 'K')) {
      return zip(content);
    }
    return List.of(new Part("", one(path, content, head)));
  }

  private static PickleScan one(String name, ByteSource content, byte[] head) {
    if (startsWith(head, 0x93, 'N', 'U', 'M', 'P', 'Y')) {
      return array(content);
    }
    boolean packed =
        startsWith(head, 0x1F, 0x8B)
            || startsWith(head, 0x78)
            || startsWith(head, 'B', 'Z', 'h')
            || startsWith(head, 0xFD, '7', 'z');
    if (packed && !name.endsWith(".pkl")) {
      return unscanned(0, "it is packed, and what is inside was not scanned");
    }
    return PickleScanner.scan(content);
  }

  private static boolean startsWith(byte[] head, int... bytes) {
    for (int at = 0; at < bytes.length; at++) {
      if (head.length <= at || Byte.toUnsignedInt(head[at]) != bytes[at]) {
        return false;
      }
    }
    return true;
  }

  private static PickleScan unscanned(long offset, String why) {
    return new PickleScan(
        0, Set.of(), 0, 0, Verdict.UNKNOWN, false, Optional.of("at byte " + offset + ": " + why));
  }

  private static PickleScan harmless() {
    return new PickleScan(0, Set.of(), 0, 0, Verdict.ALLOWED, true, Optional.empty());
  }

  /** An array of numbers has no pickle; one of objects is a header and a pickle. */
  private static PickleScan array(ByteSource content) {
    NumpyHeader header;
    try {
      header = NumpyHeader.parse(content);
    } catch (DamagedContentException e) {
      return unscanned(e.offset(), String.valueOf(e.getMessage()));
    }
    long rest = content.size() - header.begin();
    if (header.plainLength().isPresent()) {
      long length = header.plainLength().getAsLong();
      return length == rest
          ? harmless()
          : unscanned(
              header.begin(), "the array takes %d bytes, and there are %d".formatted(length, rest));
    }
    return PickleScanner.scan(content.slice(header.begin(), rest));
  }

  /** Whether the beginning of an array says that nothing but numbers follow. */
  private static boolean isPlain(ByteSource beginning, long size) {
    try {
      NumpyHeader header = NumpyHeader.parse(beginning);
      return header.plainLength().equals(OptionalLong.of(size - header.begin()));
    } catch (DamagedContentException e) {
      return false;
    }
  }

  private static List<Part> zip(ByteSource content) {
    List<Part> parts = new ArrayList<>();
    try (ZipFile zip = ZipFile.builder().setSeekableByteChannel(new SourceChannel(content)).get()) {
      Set<String> names = new LinkedHashSet<>();
      List<ZipArchiveEntry> entries =
          Collections.list(zip.getEntriesInPhysicalOrder()).stream()
              .filter(entry -> !entry.isDirectory())
              .toList();
      long room = LONGEST_ALL;
      for (ZipArchiveEntry entry : entries) {
        String name = entry.getName();
        if (!names.add(name) || names.size() > MEMBERS || !PLAIN_NAME.matcher(name).matches()) {
          parts.add(new Part("", unscanned(0, "the zip has a name twice, odd names, or too many")));
          return parts;
        }
        Optional<PickleScan> scan = member(zip, entry, names, Math.min(room, LONGEST_MEMBER));
        room -= Math.min(room, Math.max(0, entry.getSize()));
        scan.ifPresent(each -> parts.add(new Part(name, each)));
      }
      if (names.isEmpty()) {
        parts.add(new Part("", unscanned(0, "the zip is empty")));
      }
    } catch (IOException | IllegalArgumentException e) {
      parts.add(new Part("", unscanned(0, "the zip cannot be read: " + e.getMessage())));
    }
    return parts;
  }

  /**
   * Nothing for what no loader takes for a pickle: the storages of numbers of an archive of torch,
   * and its notes. What nobody knows is not harmless.
   */
  private static Optional<PickleScan> member(
      ZipFile zip, ZipArchiveEntry entry, Set<String> before, long room) throws IOException {
    String name = entry.getName();
    try (InputStream stream = zip.getInputStream(entry)) {
      if (stream == null) {
        return Optional.of(unscanned(0, "it is packed in a way that is not known"));
      }
      byte[] head = stream.readNBytes(16);
      boolean array = startsWith(head, 0x93, 'N', 'U', 'M', 'P', 'Y');
      boolean pickle = name.endsWith(".pkl") || name.endsWith(".pickle") || startsWith(head, 0x80);
      String folder = name.contains("/") ? name.substring(0, name.indexOf('/') + 1) : "";
      boolean torch = before.contains(folder + "data.pkl");
      if (!array && torch && TORCH_DATA.matcher(name.substring(folder.length())).matches()) {
        return Optional.empty();
      }
      if (!array && !pickle) {
        return Optional.of(unscanned(0, "it is no pickle and no array, and was not scanned"));
      }
      byte[] rest = stream.readNBytes((int) room);
      byte[] whole = new byte[head.length + rest.length];
      System.arraycopy(head, 0, whole, 0, head.length);
      System.arraycopy(rest, 0, whole, head.length, rest.length);
      ByteSource content = ByteSources.of(whole);
      if (rest.length < room) {
        return Optional.of(one(name, content, head));
      }
      return Optional.of(
          array && isPlain(content, entry.getSize())
              ? harmless()
              : unscanned(0, "it is too large to be scanned"));
    }
  }
}
