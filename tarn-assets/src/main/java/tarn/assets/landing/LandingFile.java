package tarn.assets.landing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * A file as it was when it was looked at.
 *
 * @param name what its rows are traced to: its path relative to the station, with slashes
 * @param modified to the microsecond, as the lake keeps it
 */
record LandingFile(String name, Path path, long size, Instant modified) {

  static LandingFile look(String name, Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new TarnException(
            ErrorCode.LANDING_INVALID,
            path + " matches the pattern but is not a file that can be read to its end.",
            "Move it away, or narrow the pattern.");
      }
      return new LandingFile(
          name,
          path,
          attributes.size(),
          attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MICROS));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Whether it is still as it was. */
  boolean unchanged() {
    try {
      LandingFile now = look(name, path);
      return now.size == size && now.modified.equals(modified);
    } catch (TarnException e) {
      return false;
    }
  }

  static TarnException unreadable(Path path, IOException cause) {
    return new TarnException(
        ErrorCode.STORAGE_DENIED,
        "The landing file " + path + " cannot be read: " + cause,
        "Check that it is there and that this user may read it.",
        cause);
  }
}
