package tarn.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** How this program was called, for lines that a person may type next. */
final class CalledAs {
  private static final String PROPERTY = "tarn.command";
  private static final String NAME = "tarn";

  private CalledAs() {}

  /** {@code tarn} when the shell finds it by that name, else the path that was typed. */
  static String ofThisProcess(Map<String, String> environment) {
    String typed = System.getProperty(PROPERTY, NAME);
    boolean found =
        Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Path.of(folder, NAME).equals(Path.of(typed)));
    return found ? NAME : word(typed);
  }

  /** A text as a shell takes it for one word. */
  static String word(String text) {
    return text.matches("[\\w./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
