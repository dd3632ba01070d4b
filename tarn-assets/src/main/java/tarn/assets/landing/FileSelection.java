package tarn.assets.landing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import tarn.assets.file.Compression;
import tarn.assets.file.FileScan;
import tarn.base.TarnException;

/**
 * Which of the files that match are to be read.
 *
 * @param renamed former names of chosen files, by the name that they have now
 * @param vanished names that were landed once and match no more, those former names left aside
 */
record FileSelection(
    List<Chosen> chosen,
    List<String> unchanged,
    Map<String, String> renamed,
    List<String> vanished) {

  /** A file modified so shortly before it was landed may have changed again unnoticed. */
  private static final Duration CLOCK_GRAIN = Duration.ofSeconds(3);

  /** A file to be read, and what reading it as bytes shows, which may take as long as the load. */
  record Chosen(LandingFile file, CompletableFuture<FileScan> scanning) {
    String name() {
      return file.name();
    }

    /** Waits for it. */
    FileScan scan() {
      try {
        return scanning.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof TarnException known ? known : e;
      }
    }

    /** Whether it is known by now that the engine would read the file and see nothing wrong. */
    boolean knownTreacherous() {
      return scanning.isDone() && scan().treacherous();
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
    List<Chosen> chosen = new ArrayList<>();
    for (Chosen candidate : scanned(candidates, compression)) {
      LandingHistory.Landed before = landed.get(candidate.name());
      boolean same =
          scope == Scope.NEW_AND_CHANGED
              && before != null
              && before.definition().equals(definition)
              && before.sha256().equals(candidate.scan().sha256());
      if (same) {
        unchanged.add(candidate.name());
      } else {
        chosen.add(candidate);
      }
    }
    // The engine takes a damaged packed file for a whole one: better to know before than after.
    chosen.stream()
        .filter(
            candidate -> compressionOf(candidate.file().path(), compression) != Compression.NONE)
        .forEach(Chosen::scan);
    Set<String> names = files.stream().map(LandingFile::name).collect(Collectors.toSet());
    List<LandingHistory.Landed> gone =
        landed.values().stream().filter(before -> !names.contains(before.path())).toList();
    Map<String, String> renamed =
        switch (scope) {
          case ALL -> Map.of();
          case NEW_AND_CHANGED -> renamed(chosen, landed, gone);
        };
    List<String> vanished =
        gone.stream()
            .map(LandingHistory.Landed::path)
            .filter(name -> !renamed.containsValue(name))
            .toList();
    return new FileSelection(chosen, unchanged, renamed, vanished);
  }

  /**
   * A new file is one that was landed under another name when its content and its time of
   * modification are that file's, and that file is gone. A second delivery of the same content has
   * a time of its own.
   */
  private static Map<String, String> renamed(
      List<Chosen> chosen,
      Map<String, LandingHistory.Landed> landed,
      List<LandingHistory.Landed> gone) {
    Map<String, String> renamed = new TreeMap<>();
    for (Chosen candidate : chosen) {
      if (landed.containsKey(candidate.name())) {
        continue;
      }
      gone.stream()
          .filter(before -> before.size() == candidate.file().size())
          .filter(before -> before.modified().equals(candidate.file().modified()))
          .filter(before -> !renamed.containsValue(before.path()))
          .filter(before -> before.sha256().equals(candidate.scan().sha256()))
          .findFirst()
          .ifPresent(before -> renamed.put(candidate.name(), before.path()));
    }
    return renamed;
  }

  private static boolean looksUnchanged(LandingFile file, LandingHistory.Landed before) {
    return file.size() == before.size()
        && file.modified().equals(before.modified())
        && before.modified().plus(CLOCK_GRAIN).isBefore(before.landedAt());
  }

  private static List<Chosen> scanned(List<LandingFile> files, Optional<Compression> compression) {
    return files.stream()
        .map(
            file ->
                new Chosen(
                    file, CompletableFuture.supplyAsync(() -> scan(file.path(), compression))))
        .toList();
  }

  private static Compression compressionOf(Path path, Optional<Compression> declared) {
    return declared.orElseGet(() -> Compression.of(path));
  }

  static FileScan scan(Path path, Optional<Compression> compression) {
    try {
      return FileScan.of(path, compressionOf(path, compression));
    } catch (IOException e) {
      throw LandingFile.unreadable(path, e);
    }
  }
}
