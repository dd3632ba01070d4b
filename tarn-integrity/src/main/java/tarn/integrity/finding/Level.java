package tarn.integrity.finding;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How closely a lake is looked at; each level includes the ones before it. */
public enum Level {
  /** The catalog's own rules; no file is touched. */
  CATALOG,
  /** Every file is there with the right size, by listing. */
  EXISTS,
  /** Each file's footer: form, rows, columns, statistics. */
  FOOTER,
  /** The digest of every byte against the recorded one. */
  CONTENT,
  /** Every page of every file is read by the engine. */
  DECODE;

  public boolean includes(Level other) {
    return compareTo(other) >= 0;
  }

  /** As commands and reports write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Level> of(String text) {
    return Stream.of(values()).filter(level -> level.text().equals(text)).findFirst();
  }
}
