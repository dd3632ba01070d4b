package tarn.lake.extension;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A file in one of the forms in which extensions are handed around.
 *
 * @param name the extension it should hold
 * @param origin where it comes from, for a person
 */
record CandidateFile(Path file, String name, Form form, String origin) implements Source.Candidate {
  static final String SUFFIX = ".duckdb_extension";

  enum Form {
    PLAIN,
    GZIP,
    WHEEL
  }

  /** Whether a file may hold the extension {@code name}, by its own name. */
  static Optional<CandidateFile> of(Path file, String name) {
    String called = file.getFileName().toString();
    if (called.equals(name + SUFFIX)) {
      return Optional.of(new CandidateFile(file, name, Form.PLAIN, file.toString()));
    }
    if (called.equals(name + SUFFIX + ".gz")) {
      return Optional.of(new CandidateFile(file, name, Form.GZIP, file.toString()));
    }
    if (called.startsWith("duckdb_extension_" + name + "-") && called.endsWith(".whl")) {
      return Optional.of(new CandidateFile(file, name, Form.WHEEL, file.toString()));
    }
    return Optional.empty();
  }

  @Override
  public void writeTo(Path target) throws IOException {
    switch (form) {
      case PLAIN -> Files.copy(file, target);
      case GZIP -> {
        try (InputStream packed = Files.newInputStream(file);
            InputStream content = new GZIPInputStream(packed)) {
          Files.copy(content, target);
        }
      }
      case WHEEL -> {
        try (ZipFile wheel = new ZipFile(file.toFile());
            InputStream content = wheel.getInputStream(binary(wheel))) {
          Files.copy(content, target);
        }
      }
    }
  }

  private ZipEntry binary(ZipFile wheel) throws ZipException {
    return wheel.stream()
        .filter(
            entry ->
                entry.getName().matches("(.*/)?extensions/[^/]+/" + name + "[.]duckdb_extension"))
        .findFirst()
        .map(ZipEntry.class::cast)
        .orElseThrow(() -> new ZipException("no " + name + SUFFIX + " is in it"));
  }
}
