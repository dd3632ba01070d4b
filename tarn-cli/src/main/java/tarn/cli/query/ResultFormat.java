package tarn.cli.query;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a result is written; {@code docs/reference/query-formats.md} says it to the byte. */
public enum ResultFormat {
  /** Aligned columns for a person. */
  TABLE("txt"),
  CSV("csv"),
  /** One array of objects. */
  JSON("json"),
  /** One object a line. */
  NDJSON("ndjson|jsonl"),
  /** Arrow's streaming IPC format. */
  ARROW("arrows?"),
  PARQUET("parquet");

  private final String suffix;

  /**
   * @param suffix what the name of such a file ends in, as a regular expression
   */
  ResultFormat(String suffix) {
    this.suffix = suffix;
  }

  /** Whether a terminal would only show it as noise. */
  public boolean isBinary() {
    return switch (this) {
      case TABLE, CSV, JSON, NDJSON -> false;
      case ARROW, PARQUET -> true;
    };
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<ResultFormat> ofWord(String word) {
    return Arrays.stream(values()).filter(format -> format.word().equals(word)).findFirst();
  }

  /** The one that a file's name promises. */
  public static Optional<ResultFormat> ofFile(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> name.matches(".*\\.(" + format.suffix + ")"))
        .findFirst();
  }
}
