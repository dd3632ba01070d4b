package tarn.gateway.access;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.access.Grants.Grant;

/** Tells who bears a key or a token. */
public final class Authenticator {
  private final Path station;
  private final KeyStore keys;
  private final Optional<Tokens> tokens;
  private final AtomicReference<@Nullable Rules> rules = new AtomicReference<>();

  public Authenticator(Path station, KeyStore keys, Optional<Tokens> tokens) {
    this.station = station;
    this.keys = keys;
    this.tokens = tokens;
  }

  private record Rules(long seen, AccessRules rules) {}

  /** Whether nobody has been given a key, so that only this machine's users can come. */
  public boolean isUnguarded() {
    return keys.keys().isEmpty() && tokens.isEmpty();
  }

  /** The station's own user, while no key was made. */
  public static Caller owner() {
    return new Caller("local", "local", Role.ADMIN, Grants.ALL, CallerLimits.NONE);
  }

  /**
   * @param authorization the header's value
   * @throws TarnException {@code access.unauthenticated}
   */
  public Caller authenticate(Optional<String> authorization, Instant now) {
    String secret =
        authorization
            .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
            .map(value -> value.substring(7).strip())
            .orElseThrow(() -> refused("The request bears no key."));
    Optional<ApiKey> key = keys.find(secret, now);
    if (key.isPresent()) {
      return caller(key.get());
    }
    if (tokens.isPresent() && secret.chars().filter(c -> c == '.').count() == 2) {
      return caller(tokens.get().verify(secret));
    }
    throw refused("The key is unknown, expired or revoked.");
  }

  private Caller caller(ApiKey key) {
    AccessRules.Defined defined =
        rules()
            .role(key.role())
            .orElseThrow(
                () -> refused("The key's role `" + key.role() + "` is no longer defined."));
    return new Caller(
        key.id(),
        key.name(),
        defined.role(),
        narrowed(defined.grants(), key.grants()),
        defined.limits());
  }

  private Caller caller(Tokens.Verified token) {
    AccessRules.Defined defined =
        token.roles().stream()
            .flatMap(name -> rules().role(name).stream())
            .findFirst()
            .orElseThrow(() -> refused("The token names none of this station's roles."));
    return new Caller(
        token.subject(), token.name(), defined.role(), defined.grants(), defined.limits());
  }

  /** A key's own grants can only take away from those of its role. */
  private static Grants narrowed(Grants role, List<String> names) {
    if (names.isEmpty()) {
      return role;
    }
    List<Grant> grants = new ArrayList<>();
    for (String name : names) {
      int dot = name.indexOf('.');
      String schema = dot < 0 ? name : name.substring(0, dot);
      Optional<String> table = dot < 0 ? Optional.empty() : Optional.of(name.substring(dot + 1));
      if (role.unlimited()) {
        grants.add(new Grant(schema, table, Optional.empty(), java.util.Map.of()));
      } else {
        role.list().stream()
            .filter(grant -> grant.schema().equalsIgnoreCase(schema))
            .filter(
                grant ->
                    table.isEmpty()
                        || grant.table().isEmpty()
                        || grant.table().get().equalsIgnoreCase(table.get()))
            .map(
                grant ->
                    new Grant(
                        schema,
                        table.isPresent() ? table : grant.table(),
                        grant.filter(),
                        grant.masks()))
            .forEach(grants::add);
      }
    }
    // Nothing that is left must not mean everything.
    return grants.isEmpty()
        ? new Grants(List.of(new Grant("", Optional.of(""), Optional.empty(), java.util.Map.of())))
        : new Grants(grants);
  }

  /** Read again when the file has changed, looked at once a second at most. */
  private AccessRules rules() {
    long now = System.nanoTime();
    Rules known = rules.get();
    if (known == null || now - known.seen > 1_000_000_000L) {
      known = new Rules(now, AccessRules.read(station));
      rules.set(known);
    }
    return known.rules;
  }

  private static TarnException refused(String why) {
    return new TarnException(
        ErrorCode.ACCESS_UNAUTHENTICATED,
        why,
        "Send `Authorization: Bearer KEY`; `tarn keys create` makes one.");
  }
}
