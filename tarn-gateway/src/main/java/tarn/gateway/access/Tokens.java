package tarn.gateway.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.station.ServeSettings;

/** OpenID Connect tokens: signed by the issuer, for this audience, not yet expired. */
public final class Tokens {
  /** Signatures with a public key only: a shared secret or none would let anyone make a token. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final String roleClaim;

  private Tokens(JWKSource<SecurityContext> keys, ServeSettings.Tokens settings) {
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            settings.audience(),
            new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
            Set.of("sub", "exp")));
    this.roleClaim = settings.roleClaim();
  }

  /**
   * @param station where a relative file of keys starts
   * @throws TarnException {@code setting.invalid}
   */
  public static Tokens of(ServeSettings.Tokens settings, Path station) {
    if (settings.audience().isEmpty() || settings.keys().isEmpty()) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "`serve.oidc_issuer` is set, but `serve.oidc_audience` or `serve.oidc_keys` is not.",
          "Set all three: a token for somebody else must not open this station.");
    }
    try {
      JWKSource<SecurityContext> keys =
          settings.keys().contains("://")
              ? JWKSourceBuilder.create(URI.create(settings.keys()).toURL()).retrying(true).build()
              : new ImmutableJWKSet<>(JWKSet.load(station.resolve(settings.keys()).toFile()));
      return new Tokens(keys, settings);
    } catch (IOException | ParseException | IllegalArgumentException e) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "`serve.oidc_keys` is `" + settings.keys() + "`, which holds no keys: " + e.getMessage(),
          "Name the issuer's JSON Web Key Set.",
          e);
    }
  }

  /** What a token says of its bearer. */
  record Verified(String subject, String name, List<String> roles) {}

  Verified verify(String token) {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      String subject = Objects.requireNonNull(claims.getSubject());
      Object name = claims.getClaim("name");
      return new Verified(
          "oidc:" + subject, name instanceof String text ? text : subject, roles(claims));
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new TarnException(
          ErrorCode.ACCESS_UNAUTHENTICATED,
          "The token is not accepted.",
          "Get a fresh one from the issuer, for this station's audience.",
          e);
    }
  }

  private List<String> roles(JWTClaimsSet claims) {
    Object claim = claims.getClaim(roleClaim);
    List<String> roles = new ArrayList<>();
    if (claim instanceof String text) {
      roles.addAll(List.of(text.split("[ ,]+")));
    } else if (claim instanceof List<?> list) {
      list.forEach(each -> roles.add(String.valueOf(each)));
    }
    return roles;
  }
}
