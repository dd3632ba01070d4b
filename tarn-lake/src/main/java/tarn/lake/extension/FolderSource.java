package tarn.lake.extension;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A folder that someone carried here, searched with all its folders. */
record FolderSource(Path folder) implements Source {

  @Override
  public Offer find(String name, Build build, Path staging, Consumer<String> notice)
      throws IOException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      List<Candidate> found =
          files
              .filter(Files::isRegularFile)
              .sorted(mostLikelyFirst(build))
              .map(file -> CandidateFile.of(file, name))
              .flatMap(Optional::stream)
              .map(Candidate.class::cast)
              .toList();
      return Offer.of(
          found,
          "%s holds no %s%s (plain, .gz, or in a wheel)"
              .formatted(folder, name, CandidateFile.SUFFIX));
    }
  }

  /** A folder may hold every platform's binaries; those that say they are this one's come first. */
  private static Comparator<Path> mostLikelyFirst(Build build) {
    return Comparator.comparing((Path file) -> !file.toString().contains(build.platform()))
        .thenComparing(file -> !file.toString().contains(build.packageVersion()))
        .thenComparing(Comparator.naturalOrder());
  }
}
