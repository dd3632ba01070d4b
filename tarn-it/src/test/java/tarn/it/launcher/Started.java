package tarn.it.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of a test, its outputs in files so that nothing blocks on a full pipe. */
public final class Started {
  private final Process process;
  private final Path out;
  private final Path err;

  private Started(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** What a process left behind. */
  public record Ended(int exitCode, String out, String err) {}

  /**
   * @param environment all that the process gets beside PATH and HOME
   */
  public static Started in(
      Path folder, Map<String, String> environment, Path program, String... arguments)
      throws IOException {
    Path out = Files.createTempFile("tarn-it", ".out");
    Path err = Files.createTempFile("tarn-it", ".err");
    List<String> command =
        Stream.concat(Stream.of(program.toString()), Arrays.stream(arguments)).toList();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TARN_"));
    builder.environment().remove("JAVA_HOME");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().putAll(environment);
    return new Started(builder.start(), out, err);
  }

  public Started given(String standardInput) throws IOException {
    try (var input = process.getOutputStream()) {
      input.write(standardInput.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  public long id() {
    return process.pid();
  }

  /** Waits until the process has printed something. */
  public void untilItPrints(String text) throws Exception {
    for (int waited = 0; waited < 600; waited++) {
      if (Files.readString(out).contains(text) || Files.readString(err).contains(text)) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("it did not print " + text + ": " + Files.readString(err));
  }

  public Started send(String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(id())).start().waitFor();
    return this;
  }

  /** Kills the process and all that it started, as a power failure would. */
  public Started killWithAllItStarted() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    return this;
  }

  public Ended end() throws Exception {
    process.getOutputStream().close();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("it did not end: " + Files.readString(err));
    }
    Ended ended = new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    Files.delete(out);
    Files.delete(err);
    return ended;
  }
}
