package tarn.files.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Reads the files in zip and tar archives. Refused with {@code file.refused}: names that lead out
 * of the archive, links and devices, encrypted entries, two entries of one name, and archives that
 * unpack to much more than they are.
 */
public final class Archives {
  private final UnpackLimits limits;

  public Archives(UnpackLimits limits) {
    this.limits = limits;
  }

  /** Whether a file's name is that of an archive which can be unpacked. */
  public static boolean isArchive(Path file) {
    String name = name(file);
    return name.endsWith(".zip") || isTar(name);
  }

  private static boolean isTar(String name) {
    return name.endsWith(".tar") || isPacked(name);
  }

  private static boolean isPacked(String name) {
    return name.endsWith(".tar.gz") || name.endsWith(".tgz");
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }

  /** Gets each file of an archive, in its order; {@code content} is read before the next comes. */
  @FunctionalInterface
  public interface Sink {
    void accept(String path, Optional<Instant> modified, InputStream content) throws IOException;
  }

  public void unpack(Path archive, Sink sink) throws IOException {
    String name = name(archive);
    Guard guard = new Guard(archive, limits, limits.most(Files.size(archive)));
    try {
      if (isTar(name)) {
        unpackTar(archive, name, guard, sink);
      } else {
        unpackZip(archive, guard, sink);
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw guard.refused("it is no archive, or damaged (" + e.getMessage() + ")");
    }
  }

  private static void unpackTar(Path archive, String name, Guard guard, Sink sink)
      throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        InputStream plain = isPacked(name) ? new GZIPInputStream(file, 1 << 16) : file;
        TarArchiveInputStream tar =
            new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name())) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        guard.count();
        if (entry.isDirectory() || entry.isGlobalPaxHeader() || entry.isPaxHeader()) {
          continue;
        }
        if (!entry.isFile() || isSpecial(entry)) {
          throw guard.refused("`" + entry.getName() + "` is a link, a device or a sparse file");
        }
        guard.name(entry.getName());
        sink.accept(
            entry.getName(),
            Optional.of(entry.getLastModifiedTime().toInstant()),
            guard.counted(tar, entry.getSize()));
      }
    }
  }

  private static boolean isSpecial(TarArchiveEntry entry) {
    return entry.isSymbolicLink()
        || entry.isLink()
        || entry.isSparse()
        || entry.isCharacterDevice()
        || entry.isBlockDevice()
        || entry.isFIFO();
  }

  private static void unpackZip(Path archive, Guard guard, Sink sink) throws IOException {
    try (ZipFile zip =
        ZipFile.builder().setPath(archive).setCharset(StandardCharsets.UTF_8).get()) {
      Iterator<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder().asIterator();
      long end = 0;
      while (entries.hasNext()) {
        ZipArchiveEntry entry = entries.next();
        guard.count();
        if (entry.getLocalHeaderOffset() < end) {
          throw guard.refused("`" + entry.getName() + "` lies over another entry");
        }
        end = entry.getLocalHeaderOffset() + Math.max(0, entry.getCompressedSize());
        if (entry.isDirectory()) {
          continue;
        }
        if (entry.isUnixSymlink() || entry.getGeneralPurposeBit().usesEncryption()) {
          throw guard.refused("`" + entry.getName() + "` is a link or encrypted");
        }
        if (!zip.canReadEntryData(entry)) {
          throw guard.refused("`" + entry.getName() + "` is packed in a way that is not known");
        }
        guard.name(entry.getName());
        try (InputStream content = zip.getInputStream(entry)) {
          sink.accept(
              entry.getName(),
              Optional.ofNullable(entry.getLastModifiedTime()).map(each -> each.toInstant()),
              guard.counted(content, entry.getSize()));
        }
      }
    }
  }

  /** Watches one archive being unpacked. */
  private static final class Guard {
    private final Path archive;
    private final UnpackLimits limits;
    private final long most;
    private final Set<String> names = new HashSet<>();
    private long entries;
    private long bytes;

    Guard(Path archive, UnpackLimits limits, long most) {
      this.archive = archive;
      this.limits = limits;
      this.most = most;
    }

    void count() {
      entries++;
      if (entries > limits.entries()) {
        throw refused("it has more than %,d entries".formatted(limits.entries()));
      }
    }

    void name(String name) {
      boolean leadsOut =
          name.isBlank()
              || name.startsWith("/")
              || name.contains("\\")
              || name.indexOf('\0') >= 0
              || name.matches("(?s)[A-Za-z]:.*")
              || name.matches("(?s)(.*/)?\\.{1,2}(/.*)?");
      if (leadsOut) {
        throw refused("the name `" + name + "` leads out of the archive");
      }
      if (!names.add(name)) {
        throw refused("`" + name + "` is in it twice");
      }
    }

    InputStream counted(InputStream content, long size) {
      return new InputStream() {
        private long left = size;

        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          int count = content.read(into, offset, length);
          if (count > 0) {
            bytes += count;
            left -= count;
            if (bytes > most) {
              throw refused(
                  "it unpacks to more than %,d bytes, which is out of proportion".formatted(most));
            }
          }
          if (size >= 0 && (left < 0 || (count < 0 && left > 0))) {
            throw refused("an entry is not as long as it says");
          }
          return count;
        }
      };
    }

    TarnException refused(String why) {
      return new TarnException(
          ErrorCode.FILE_REFUSED,
          archive + " is not unpacked: " + why + ".",
          "Look where it came from. Unpack it yourself if you trust it, or add it as one file with"
              + " --keep-archives.");
    }
  }
}
