package tarn.cli.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a station is and was.
 *
 * @param available 1 while it and all its components work, 0 when not; empty when Prometheus does
 *     not ask it any more
 * @param uptime share of the window in which it was; empty when nothing is known of it
 * @param findings open ones that are errors
 * @param oldestUnverified for how long the longest-waiting file was not compared, when last heard
 */
public record StationStatus(
    Name name,
    Optional<Double> available,
    Optional<Double> uptime,
    Optional<Long> findings,
    Optional<Duration> oldestUnverified) {

  /** The labels that name a station. */
  public record Name(String environment, String site, String station) implements Comparable<Name> {
    static Name of(Map<String, String> labels) {
      return new Name(
          labels.getOrDefault("environment", ""),
          labels.getOrDefault("site", ""),
          labels.getOrDefault("station", ""));
    }

    @Override
    public int compareTo(Name other) {
      return (environment + '\0' + site + '\0' + station)
          .compareTo(other.environment + '\0' + other.site + '\0' + other.station);
    }
  }
}
