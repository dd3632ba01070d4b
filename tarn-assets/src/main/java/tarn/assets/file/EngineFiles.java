package tarn.assets.file;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Sql;

/**
 * Names files in the engine's SQL so that it reads exactly them: it takes a name in a list for a
 * pattern, and would read {@code ab.csv} for a file called {@code a*.csv} too.
 */
public final class EngineFiles {
  private static final String PATTERN_CHARACTERS = "*?[";

  private EngineFiles() {}

  /** A list literal of the files. */
  public static String list(List<Path> files) {
    return files.stream()
        .map(file -> Sql.literal(literally(file.toString())))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String literally(String name) {
    if (name.chars().noneMatch(c -> PATTERN_CHARACTERS.indexOf(c) >= 0)) {
      return name;
    }
    if (name.indexOf('\\') >= 0) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "The engine cannot be told the name " + name + ": it holds a backslash and one of * ? [.",
          "Rename the file.");
    }
    StringBuilder escaped = new StringBuilder();
    name.chars()
        .forEach(
            c -> {
              if (PATTERN_CHARACTERS.indexOf(c) >= 0) {
                escaped.append('[').append((char) c).append(']');
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }
}
