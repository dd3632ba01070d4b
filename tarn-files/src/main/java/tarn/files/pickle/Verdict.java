package tarn.files.pickle;

import java.util.Locale;

/** What may be done with a pickle, the best first. */
public enum Verdict {
  /** Everything that it names is known to be harmless. */
  ALLOWED,
  /** It names something that nobody has judged, or a part of it could not be read. */
  UNKNOWN,
  /** It names something that runs commands, reads or writes files, or reaches the network. */
  DANGEROUS;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  Verdict or(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
