package tarn.cli.demo;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Finds Synthea's jars through Maven, which downloads them once (200 MB) into its own repository.
 * What it found is remembered in a folder and used again while every jar is still there.
 */
public final class SyntheaClassPath {
  private static final String GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";

  private final Path folder;
  private final Runnable beforeDownload;

  /**
   * @param folder where the answer is remembered
   * @param beforeDownload told when Maven is about to be asked, which can take minutes
   */
  public SyntheaClassPath(Path folder, Runnable beforeDownload) {
    this.folder = folder;
    this.beforeDownload = beforeDownload;
  }

  /** The class path, its parts separated as this system does it. */
  String resolve() {
    Path remembered = folder.resolve("class-path.txt");
    try {
      if (Files.exists(remembered)) {
        String known = Files.readString(remembered).strip();
        if (isComplete(known)) {
          return known;
        }
      }
      beforeDownload.run();
      Files.createDirectories(folder);
      Path project = folder.resolve("pom.xml");
      try (InputStream bundled =
          SyntheaClassPath.class.getResourceAsStream("/tarn/demo/synthea/pom.xml")) {
        Files.copy(Objects.requireNonNull(bundled), project, StandardCopyOption.REPLACE_EXISTING);
      }
      ask(project, remembered);
      return Files.readString(remembered).strip();
    } catch (IOException e) {
      throw unavailable(Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
    }
  }

  private static boolean isComplete(String classPath) {
    return !classPath.isEmpty()
        && Arrays.stream(classPath.split(File.pathSeparator))
            .allMatch(jar -> Files.exists(Path.of(jar)));
  }

  private static void ask(Path project, Path answer) throws IOException {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    ProcessBuilder maven =
        new ProcessBuilder(
                windows ? "mvn.cmd" : "mvn",
                "--batch-mode",
                "--quiet",
                "--file",
                project.toString(),
                GOAL,
                "-Dmdep.outputFile=" + answer)
            .redirectErrorStream(true);
    maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = maven.start();
    try {
      process.getOutputStream().close();
      List<String> said = process.inputReader().lines().toList();
      if (process.waitFor() != 0) {
        throw unavailable(
            said.isEmpty()
                ? "Maven failed."
                : String.join("\n", said.subList(0, Math.min(4, said.size()))),
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TarnException(ErrorCode.INTERRUPTED, "Maven was stopped.", "Run it again.", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static TarnException unavailable(String reason, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.GENERATOR_UNAVAILABLE,
        "Synthea could not be brought from Maven Central: " + reason,
        "Connect to the internet (or point Maven to your mirror) and run it again; or run `tarn demo` without"
            + " `--patients`, which uses records that were made before.",
        cause);
  }
}
