package tarn.gateway.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A key as it is kept: its secret only as a hash.
 *
 * @param role one of Tarn's own, or one of {@code access.toml}
 * @param grants {@code schema} or {@code schema.table}; none for everything that the role shows
 * @param hashes SHA-256 of the keys that are valid; an old one of a rotation until its time
 */
public record ApiKey(
    String id,
    String name,
    String role,
    List<String> grants,
    Instant created,
    Optional<Instant> expires,
    Optional<Instant> revoked,
    List<Hash> hashes) {

  public ApiKey {
    grants = List.copyOf(grants);
    hashes = List.copyOf(hashes);
  }

  /** One secret of a key, and until when it is taken. */
  public record Hash(String sha256, Optional<Instant> until) {}

  public boolean isValid(Instant now) {
    return revoked.isEmpty() && expires.filter(end -> !now.isBefore(end)).isEmpty();
  }

  /** {@code active}, {@code expired} or {@code revoked}. */
  public String state(Instant now) {
    return revoked.isPresent() ? "revoked" : isValid(now) ? "active" : "expired";
  }
}
