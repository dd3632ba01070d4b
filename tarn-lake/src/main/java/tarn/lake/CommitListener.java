package tarn.lake;

import java.time.Duration;
import java.util.Optional;

/** Hears how the transactions of a lake end, for whoever counts them. Called by many threads. */
public interface CommitListener {

  /** How a transaction ended that was to be committed. */
  enum Outcome {
    WRITTEN,
    /** There was nothing to commit. */
    UNCHANGED,
    /** Another writer came first. */
    CONFLICT,
    FAILED,
    UNKNOWN
  }

  /**
   * @param commit how long the commit itself took, with its waiting for the commits of others;
   *     nothing when the transaction never came to it
   */
  void ended(Outcome outcome, Optional<Duration> commit);

  /** The work of a transaction that failed for a passing reason is begun again. */
  void retried();
}
