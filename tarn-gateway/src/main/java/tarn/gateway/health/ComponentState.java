package tarn.gateway.health;

import java.time.Instant;
import java.util.Optional;

/**
 * How a part of the station stands.
 *
 * @param reason the code of what is wrong; it names no path and no value
 * @param since when it became so
 */
public record ComponentState(Level level, Optional<String> reason, Instant since) {

  /** From good to bad. */
  public enum Level {
    OK,
    DEGRADED,
    DOWN;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
