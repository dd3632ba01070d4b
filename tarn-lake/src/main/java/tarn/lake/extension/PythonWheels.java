package tarn.lake.extension;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Wheels from PyPI, or from whatever index pip is told to use on this machine. */
record PythonWheels() implements Source {
  private static final Pattern SIZE =
      Pattern.compile("(?:Downloading|Using cached) .*\\.whl.* \\(([^)]+)\\)");

  @Override
  public Offer find(String name, Build build, Path staging, Consumer<String> notice)
      throws IOException, InterruptedException {
    Path downloads = Files.createDirectory(staging.resolve("wheels"));
    Optional<String> failure =
        download(
            "duckdb-extension-" + name + "==" + build.packageVersion(),
            downloads,
            size ->
                notice.accept(
                    "Installing the engine's extension %s from PyPI (%s) …".formatted(name, size)));
    if (failure.isPresent()) {
      return Offer.nothing("PyPI: " + failure.get());
    }
    try (Stream<Path> wheels = Files.list(downloads)) {
      return Offer.of(
          wheels
              .<Candidate>map(
                  wheel ->
                      new CandidateFile(
                          wheel,
                          name,
                          CandidateFile.Form.WHEEL,
                          "PyPI (" + wheel.getFileName() + ")"))
              .toList(),
          "PyPI: pip brought no file");
    }
  }

  /** Why it failed, if it did. */
  private static Optional<String> download(
      String requirement, Path target, Consumer<String> sizeKnown)
      throws IOException, InterruptedException {
    Process pip;
    try {
      pip =
          new ProcessBuilder(
                  python(),
                  "-m",
                  "pip",
                  "download",
                  "--no-deps",
                  "--only-binary=:all:",
                  "--no-input",
                  "--disable-pip-version-check",
                  "--progress-bar=off",
                  "--dest=" + target,
                  requirement)
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      return Optional.of("there is no " + python() + " on the PATH");
    }
    try {
      pip.getOutputStream().close();
      List<String> said = new ArrayList<>();
      try (BufferedReader output = pip.inputReader()) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          Matcher size = SIZE.matcher(line);
          if (size.find()) {
            sizeKnown.accept(size.group(1));
          }
          said.add(line.strip());
        }
      }
      return pip.waitFor() == 0 ? Optional.empty() : Optional.of(errors(said));
    } finally {
      pip.destroy();
    }
  }

  /** The lines that pip marks as errors; all of them when it marks none. */
  private static String errors(List<String> said) {
    List<String> errors =
        said.stream()
            .filter(line -> line.startsWith("ERROR: "))
            .map(line -> line.substring("ERROR: ".length()))
            .toList();
    return String.join(" ", errors.isEmpty() ? said : errors);
  }

  private static String python() {
    return System.getProperty("os.name", "").startsWith("Windows") ? "python" : "python3";
  }
}
