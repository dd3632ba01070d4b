package tarn.station;

import java.nio.file.Path;

/** Where a setting's value came from. */
public sealed interface Origin {

  /** A line of station.toml. */
  record File(Path file, int line) implements Origin {}

  /** An environment variable. */
  record Environment(String variable) implements Origin {}

  /** Nobody set it. */
  record Default() implements Origin {}

  /** For a person: {@code station.toml:4}, {@code TARN_ENGINE_THREADS}, {@code default}. */
  default String display() {
    return switch (this) {
      case File(Path file, int line) -> file.getFileName() + ":" + line;
      case Environment(String variable) -> variable;
      case Default() -> "default";
    };
  }
}
