package tarn.gateway.access;

import java.util.Optional;
import tarn.station.ServeSettings.QueryLimits;

/**
 * What a caller's role says of how much one may take; what it does not say, the station's settings
 * do.
 *
 * @param memory of all queries of one key together, as the engine reads it
 * @param bytes of a result as it is sent
 */
public record CallerLimits(
    Optional<String> memory,
    Optional<Integer> seconds,
    Optional<Long> rows,
    Optional<Long> bytes,
    Optional<Integer> requestsPerMinute) {
  public static final CallerLimits NONE =
      new CallerLimits(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** These, and the others where these say nothing. */
  public QueryLimits over(QueryLimits others) {
    return new QueryLimits(
        memory.orElse(others.memory()),
        seconds.orElse(others.seconds()),
        rows.orElse(others.rows()),
        bytes.orElse(others.bytes()));
  }
}
