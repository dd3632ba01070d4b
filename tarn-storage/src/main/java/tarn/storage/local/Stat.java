package tarn.storage.local;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tarn.storage.StoredObject;

/** What the file system tells of a file. */
final class Stat {
  private Stat() {}

  /** Empty when there is nothing, or a link that leads nowhere. */
  static Optional<BasicFileAttributes> of(Path file) throws IOException {
    try {
      return Optional.of(Files.readAttributes(file, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      // A name below a file: there is no such object.
      if (isBelowAFile(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The same of a link itself. */
  static boolean isThere(Path file) throws IOException {
    try {
      BasicFileAttributes _ =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (FileSystemException e) {
      if (isBelowAFile(e)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isBelowAFile(FileSystemException error) {
    return String.valueOf(error.getReason()).contains("Not a directory");
  }

  static StoredObject object(String key, BasicFileAttributes attributes) {
    return new StoredObject(
        key, attributes.size(), attributes.lastModifiedTime().toInstant(), etag(attributes));
  }

  /** Another file, another length or another time is another version. */
  static String etag(BasicFileAttributes attributes) {
    Instant modified = attributes.lastModifiedTime().toInstant();
    long nanos = TimeUnit.SECONDS.toNanos(modified.getEpochSecond()) + modified.getNano();
    return inode(attributes)
        + "-"
        + Long.toHexString(attributes.size())
        + "-"
        + Long.toHexString(nanos);
  }

  /**
   * As {@code (dev=fe00,ino=1234)}; a file system without such numbers tells versions apart by
   * time.
   */
  static String inode(BasicFileAttributes attributes) {
    String key = String.valueOf(attributes.fileKey());
    int from = key.indexOf("ino=");
    return from < 0
        ? "0"
        : Long.toHexString(Long.parseLong(key.substring(from + 4, key.length() - 1)));
  }
}
