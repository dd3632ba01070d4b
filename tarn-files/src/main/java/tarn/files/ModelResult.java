package tarn.files;

import java.util.Optional;

/**
 * What became of a push.
 *
 * @param digest of the version's files
 * @param pickles the worst verdict on them; empty when there is none
 */
public record ModelResult(
    String name, int version, String digest, Outcome outcome, Optional<String> pickles) {

  public enum Outcome {
    PUSHED,
    /** A version with exactly these files is there, and stays as it is. */
    WAS_THERE
  }
}
