package tarn.assets.landing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tarn.assets.file.Compression;
import tarn.assets.file.FileScan;

/**
 * Which of the files that match are to be read.
 *
 * @param vanished names that were landed once and match no more
 */
record FileSelection(List<Chosen> chosen, List<String> unchanged, List<String> vanished) {

  /** A file modified so shortly before it was landed may have changed again unnoticed. */
  private static final Duration CLOCK_GRAIN = Duration.ofSeconds(3);

  /** A file to be read, and what reading it as bytes has shown. */
  record Chosen(LandingFile file, FileScan scan) {
    String name() {
      return file.name();
    }
  }

  /** Which files a load wants. */
  enum Scope {
    NEW_AND_CHANGED,
    ALL
  }

  /**
   * @param definition what files are read by; one that was read by another is read again
   * @param left names of files that are not to be read now
   */
  static FileSelection of(
      List<LandingFile> files,
      Map<String, LandingHistory.Landed> landed,
      Scope scope,
      String definition,
      Optional<Compression> compression,
      Set<String> left) {
    List<LandingFile> candidates = new ArrayList<>();
    List<String> unchanged = new ArrayList<>();
    for (LandingFile file : files) {
      if (left.contains(file.name())) {
        continue;
      }
      LandingHistory.Landed before = landed.get(file.name());
      boolean same =
          scope == Scope.NEW_AND_CHANGED
              && before != null
              && before.definition().equals(definition)
              && looksUnchanged(file, before);
      if (same) {
        unchanged.add(file.name());
      } else {
        candidates.add(file);
      }
    }
    List<Chosen> scanned = scan(candidates, compression);
    List<Chosen> chosen = new ArrayList<>();
    for (Chosen candidate : scanned) {
      LandingHistory.Landed before = landed.get(candidate.name());
      boolean same =
          scope == Scope.NEW_AND_CHANGED
              && before != null
              && before.definition().equals(definition)
              && before.sha256().equals(candidate.scan.sha256());
      if (same) {
        unchanged.add(candidate.name());
      } else {
        chosen.add(candidate);
      }
    }
    List<String> names = files.stream().map(LandingFile::name).toList();
    List<String> vanished = landed.keySet().stream().filter(name -> !names.contains(name)).toList();
    return new FileSelection(chosen, unchanged, vanished);
  }

  private static boolean looksUnchanged(LandingFile file, LandingHistory.Landed before) {
    return file.size() == before.size()
        && file.modified().equals(before.modified())
        && before.modified().plus(CLOCK_GRAIN).isBefore(before.landedAt());
  }

  private static List<Chosen> scan(List<LandingFile> files, Optional<Compression> compression) {
    return files.parallelStream()
        .map(file -> new Chosen(file, scan(file.path(), compression)))
        .toList();
  }

  static FileScan scan(Path path, Optional<Compression> compression) {
    try {
      return FileScan.of(path, compression.orElseGet(() -> Compression.of(path)));
    } catch (IOException e) {
      throw LandingFile.unreadable(path, e);
    }
  }
}
