package tarn.lake.extension;

import java.nio.file.Path;

/** One extension as the store has it. */
public sealed interface Extension {
  String name();

  /** Where it lies, or would lie. */
  Path file();

  /** The engine loads it. */
  record Usable(String name, Path file, String version, long bytes) implements Extension {}

  /** The engine refuses it, and why. */
  record Refused(String name, Path file, String reason) implements Extension {}

  record Missing(String name, Path file) implements Extension {}
}
