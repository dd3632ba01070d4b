package tarn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.testkit.Checkout;

/** Pages that show commands with their outputs show what they really print. */
@Tag("slow")
class DocumentTest {
  private static final String LEFT_OUT = "…";

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {"README.md", "docs/tutorial/first-station.md", "docs/how-to/materialize.md"})
  void commands_printWhatThePageShows(String page) throws Exception {
    Document document = Document.read(Checkout.folder().resolve(page));
    Path folder = temporary.toRealPath();
    Files.createSymbolicLink(folder.resolve("tarn"), Checkout.folder().resolve("tarn"));

    assertThat(document.steps()).anyMatch(Document.Step.Run.class::isInstance);
    for (Document.Step step : document.steps()) {
      switch (step) {
        case Document.Step.Write(String path, String content) ->
            write(folder.resolve(path), content);
        case Document.Step.Run(String command, List<String> output) ->
            compare(page + ": " + command, comparable(run(folder, command)), comparable(output));
      }
    }
  }

  /** A line with three dots stands for any that are left out. */
  private static void compare(String what, List<String> printed, List<String> shown) {
    if (shown.contains(LEFT_OUT)) {
      assertThat(printed)
          .as(what)
          .containsAll(shown.stream().filter(line -> !line.equals(LEFT_OUT)).toList());
    } else {
      assertThat(printed).as(what).isEqualTo(shown);
    }
  }

  private static void write(Path file, String content) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.writeString(file, content);
  }

  private static List<String> run(Path folder, String command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("TARN_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("NO_COLOR", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output
        .replace(folder.toString(), "/home/you")
        .replaceAll("\\b" + Pattern.quote(System.getProperty("user.name")) + "\\b", "you")
        .stripTrailing()
        .lines()
        .toList();
  }

  /**
   * Without what differs from run to run: times, durations, sizes, who ran it and what makes
   * columns wider. Assets that are made side by side end in any order, so neither the order of
   * lines nor the number of a snapshot behind a duration counts here.
   */
  private static List<String> comparable(List<String> lines) {
    return lines.stream()
        .map(
            line ->
                line.replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "TIME")
                    .replaceAll("(\\d+ min )?\\d+(\\.\\d+)? s\\b", "DURATION")
                    .replaceAll("\\b[0-9a-f]{8}-[0-9a-f-]{27}\\b", "RUN")
                    .replaceAll("\\d+(\\.\\d+)? [KMG]?B\\b", "SIZE")
                    .replaceAll("DURATION +\\d+", "DURATION SNAPSHOT")
                    .replaceAll("-{2,}", "--")
                    .replaceAll(" {2,}", "  ")
                    .strip())
        .sorted()
        .toList();
  }
}
