package tarn.station;

import java.util.Locale;

/**
 * One setting of a station, as it is declared once: the reader, the template, the reports and the
 * reference page all come from these.
 *
 * @param key as station.toml has it; a dot separates a table from its key
 * @param fallback what holds when nobody sets it
 * @param description sentences for a person
 * @param example a value as TOML writes it
 */
record Setting<T>(
    String key, SettingType<T> type, Fallback fallback, String description, String example) {

  /** The environment variable that overrides it: {@code engine.threads} is TARN_ENGINE_THREADS. */
  String variable() {
    return "TARN_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * A value for when none is given.
   *
   * @param description the value, or how it is found, for a person
   */
  record Fallback(String description, Source source) {

    static Fallback of(String value) {
      return new Fallback("`" + value + "`", _ -> value);
    }
  }

  /** Finds the text of a default. */
  @FunctionalInterface
  interface Source {
    String text(Surroundings surroundings);
  }

  /** Where a station stands. */
  record Surroundings(java.nio.file.Path folder, Machine machine) {}
}
