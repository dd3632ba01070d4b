package tarn.cli.doctor;

import java.util.Optional;
import tarn.base.TarnException;

/**
 * What looking at one thing came to.
 *
 * @param subject what was looked at, one word
 * @param remedy what to do about it
 */
public record Finding(String subject, Verdict verdict, String message, Optional<String> remedy) {

  /** From the best to the worst. */
  public enum Verdict {
    OK,
    /** It works, and may not always. */
    WARNING,
    /** Commands that need it fail. */
    FAILED
  }

  static Finding ok(String subject, String message) {
    return new Finding(subject, Verdict.OK, message, Optional.empty());
  }

  static Finding warning(String subject, String message, String remedy) {
    return new Finding(subject, Verdict.WARNING, message, Optional.of(remedy));
  }

  static Finding failed(String subject, String message, String remedy) {
    return new Finding(subject, Verdict.FAILED, message, Optional.of(remedy));
  }

  static Finding failed(String subject, TarnException error) {
    return failed(subject, error.getMessage(), error.remedy());
  }
}
