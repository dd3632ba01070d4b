package tarn.storage;

import java.time.Duration;

/**
 * How long a store is waited for.
 *
 * @param connect for a connection
 * @param silence for the next bytes of an answer
 * @param request for one request from its beginning to its end
 * @param attempts how often a request is sent before it is given up, at least 1
 * @param firstPause before the second attempt; each further pause is twice as long, and shortened
 *     by chance to something over its half, so that many clients do not come back together
 * @param longestPause between two attempts, also when the store asks for more
 */
public record Patience(
    Duration connect,
    Duration silence,
    Duration request,
    int attempts,
    Duration firstPause,
    Duration longestPause) {

  /** About half a minute for an outage. */
  public static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          8,
          Duration.ofMillis(200),
          Duration.ofSeconds(20));
}
