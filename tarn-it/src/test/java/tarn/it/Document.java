package tarn.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page whose fenced blocks marked {@code console} hold commands and what they print, and others
 * files; {@code tools/record_document.py} reads it in the same way.
 */
record Document(List<Step> steps) {
  private static final String FENCE = "```";
  private static final String PROMPT = "$ ";
  private static final Pattern NAMED_FILE = Pattern.compile(".*`([^`\\s]+)`:");

  /** What a reader does. */
  sealed interface Step {

    /** Writes a file, whose path starts where the commands run. */
    record Write(String path, String content) implements Step {}

    /** Types a command into a shell. */
    record Run(String command, List<String> output) implements Step {}
  }

  static Document read(Path page) throws IOException {
    List<String> lines = Files.readAllLines(page);
    List<Step> steps = new ArrayList<>();
    String before = "";
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      if (line.startsWith(FENCE)) {
        int end = at + 1 + lines.subList(at + 1, lines.size()).indexOf(FENCE);
        List<String> block = lines.subList(at + 1, end);
        Matcher named = NAMED_FILE.matcher(before);
        if (line.equals(FENCE + "console")) {
          steps.addAll(runs(block));
        } else if (named.matches()) {
          steps.add(new Step.Write(named.group(1), String.join("\n", block) + "\n"));
        }
        before = "";
        at = end;
      } else if (!line.isBlank()) {
        before = line;
      }
    }
    return new Document(List.copyOf(steps));
  }

  private static List<Step> runs(List<String> block) {
    List<Step> runs = new ArrayList<>();
    for (int at = 0; at < block.size(); ) {
      int end = at + 1;
      while (end < block.size() && !block.get(end).startsWith(PROMPT)) {
        end++;
      }
      runs.add(
          new Step.Run(
              block.get(at).substring(PROMPT.length()), List.copyOf(block.subList(at + 1, end))));
      at = end;
    }
    return runs;
  }
}
