package tarn.integrity.write;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that DuckLake has written to a folder since a moment. Each bears a UUID of version 7,
 * whose first 48 bits are the time in milliseconds: a listing of names is enough, no file need be
 * asked for its age, and no catalog, which does not know them yet.
 */
final class NewFiles {
  private static final Pattern NAME =
      Pattern.compile("ducklake-([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-.*\\.(?:parquet|puffin)");

  /** The engine and this program read the same clock, at slightly different times. */
  private static final Duration LEEWAY = Duration.ofSeconds(1);

  private NewFiles() {}

  /** In the folder and those below it. */
  static List<Path> since(Path folder, Instant moment) throws IOException {
    List<Path> found = new ArrayList<>();
    collect(folder, moment.minus(LEEWAY), found);
    return found;
  }

  private static void collect(Path folder, Instant moment, List<Path> found) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Optional<Instant> written = written(entry.getFileName().toString());
        if (written.isPresent()) {
          if (!written.get().isBefore(moment)) {
            found.add(entry);
          }
        } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          collect(entry, moment, found);
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing was written there.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  static Optional<Instant> written(String name) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        ? Optional.of(Instant.ofEpochMilli(Long.parseLong(parts.group(1) + parts.group(2), 16)))
        : Optional.empty();
  }
}
