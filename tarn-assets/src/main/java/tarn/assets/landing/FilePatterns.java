package tarn.assets.landing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Finds the files that patterns name. A pattern is matched segment by segment: {@code *}, {@code
 * ?}, {@code [a-z]} and {@code {a,b}} within a name, and {@code **} for any number of folders, none
 * included. Names that begin with a dot are passed over unless the pattern's segment does too.
 */
final class FilePatterns {
  private static final String ANY_FOLDERS = "**";

  private final Path station;
  private final TreeMap<String, LandingFile> found = new TreeMap<>();

  private FilePatterns(Path station) {
    this.station = station;
  }

  /** The files in the order of their names, each once. */
  static List<LandingFile> find(Path station, List<String> patterns) {
    FilePatterns search = new FilePatterns(station.toAbsolutePath().normalize());
    for (String pattern : patterns) {
      search.find(pattern);
    }
    return List.copyOf(search.found.values());
  }

  private void find(String pattern) {
    boolean absolute = pattern.startsWith("/");
    List<String> segments = new ArrayList<>(List.of(pattern.split("/")));
    segments.removeIf(segment -> segment.isEmpty() || segment.equals("."));
    if (segments.isEmpty()) {
      throw invalid(pattern, "is empty");
    }
    descend(pattern, absolute ? station.getRoot() : station, segments);
  }

  private void descend(String pattern, Path folder, List<String> segments) {
    String segment = segments.getFirst();
    List<String> rest = segments.subList(1, segments.size());
    if (segment.equals(ANY_FOLDERS)) {
      List<String> further = rest.isEmpty() ? List.of("*") : rest;
      descend(pattern, folder, further);
      for (Path child : children(folder)) {
        if (!hidden(child) && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          descend(pattern, child, segments);
        }
      }
      return;
    }
    if (!isGlob(segment)) {
      accept(pattern, folder.resolve(segment), rest);
      return;
    }
    PathMatcher matcher = matcher(pattern, segment);
    for (Path child : children(folder)) {
      if ((!hidden(child) || segment.startsWith(".")) && matcher.matches(child.getFileName())) {
        accept(pattern, child, rest);
      }
    }
  }

  private void accept(String pattern, Path path, List<String> rest) {
    if (!rest.isEmpty()) {
      if (Files.isDirectory(path)) {
        descend(pattern, path, rest);
      }
    } else if (!Files.isDirectory(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Path file = path.normalize();
      String name = nameOf(file);
      look(name, file).ifPresent(seen -> found.putIfAbsent(name, seen));
    }
  }

  /** Nothing for a file that went away since its folder was listed; a dead link is an error. */
  private static Optional<LandingFile> look(String name, Path file) {
    try {
      return Optional.of(LandingFile.look(name, file));
    } catch (TarnException e) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private String nameOf(Path file) {
    if (!Path.of(file.toString()).equals(file) || file.toString().indexOf('\uFFFD') >= 0) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "The name of the landing file " + file + " is not text in this system's encoding.",
          "Rename it.");
    }
    Path named = file.startsWith(station) ? station.relativize(file) : file;
    return named.toString();
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      List<Path> children = new ArrayList<>();
      stream.forEach(children::add);
      children.sort(Comparator.naturalOrder());
      return children;
    } catch (IOException e) {
      throw LandingFile.unreadable(folder, e);
    }
  }

  private static boolean hidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static boolean isGlob(String segment) {
    return segment.chars().anyMatch(c -> "*?[{\\".indexOf(c) >= 0);
  }

  private static PathMatcher matcher(String pattern, String segment) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + segment);
    } catch (PatternSyntaxException | InvalidPathException e) {
      throw invalid(pattern, "is no glob: " + e.getMessage());
    }
  }

  private static TarnException invalid(String pattern, String why) {
    return new TarnException(
        ErrorCode.LANDING_INVALID,
        "The landing pattern `" + pattern + "` " + why + ".",
        "Write it like `landing/patients/*.csv`.");
  }
}
