package tarn.integrity.finding;

import java.util.Locale;

/** How bad a finding is. */
public enum Severity {
  /** Rows are lost, unreadable or wrong, or will be. */
  ERROR,
  /** No answer is wrong today: space is wasted, or something is not as it should be. */
  WARNING;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
