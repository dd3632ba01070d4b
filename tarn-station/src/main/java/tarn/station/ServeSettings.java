package tarn.station;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the service is offered.
 *
 * @param port 0 for any that is free
 * @param certificate PEM, with its chain; TLS is spoken when it is there
 * @param privateKey PEM, of that certificate
 * @param maximumUpload bytes of one delivery
 * @param requestsPerMinute of one key
 * @param openLineage URL or file that events go to
 */
public record ServeSettings(
    String address,
    int port,
    Optional<Path> certificate,
    Optional<Path> privateKey,
    Exposure exposure,
    long maximumUpload,
    int requestsPerMinute,
    QueryLimits query,
    Tokens tokens,
    Optional<String> openLineage) {

  /** Whether the service may be reached from other machines without a key or without TLS. */
  public enum Exposure {
    GUARDED,
    OPEN
  }

  /**
   * What one query of the service may take.
   *
   * @param memory of all queries of one key together, as the engine reads it
   * @param bytes of the result as it is sent
   */
  public record QueryLimits(String memory, int seconds, long rows, long bytes) {}

  /**
   * OpenID Connect; off when there is no issuer.
   *
   * @param keys URL or file of a JSON Web Key Set
   * @param roleClaim the claim that names roles
   */
  public record Tokens(String issuer, String audience, String keys, String roleClaim) {

    public boolean accepted() {
      return !issuer.isEmpty();
    }
  }
}
