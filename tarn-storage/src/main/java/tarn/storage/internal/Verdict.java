package tarn.storage.internal;

import java.time.Duration;
import java.util.Optional;
import tarn.base.TarnException;

/** What a failed attempt means. */
public sealed interface Verdict {

  /**
   * Asking again may help.
   *
   * @param reason what happened, a clause without a full stop
   * @param pause that the store asks for
   */
  record Passing(String reason, Optional<Duration> pause) implements Verdict {
    public Passing(String reason) {
      this(reason, Optional.empty());
    }
  }

  /** Asking again would give the same answer. */
  record Final(TarnException error) implements Verdict {}
}
