package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.TarnException;
import tarn.gateway.access.AccessRules;
import tarn.gateway.access.KeyStore;
import tarn.gateway.audit.AuditCheck;

class AccessTest {
  private static final String ONE = "{\"sql\":\"SELECT 1 AS a\"}";

  @TempDir Path folder;

  @Test
  void keys_comeAndGoWhileTheServiceRuns() {
    try (RunningGateway station = RunningGateway.in(folder)) {
      assertThat(station.post("/api/v1/query", ONE).statusCode()).isEqualTo(200);
      String first = station.makeKey("reader");
      HttpResponse<byte[]> without = station.post("/api/v1/query", ONE);
      assertThat(without.statusCode()).isEqualTo(401);
      assertThat(without.headers().firstValue("WWW-Authenticate"))
          .hasValue("Bearer realm=\"tarn\"");
      assertThat(station.with(first).post("/api/v1/query", ONE).statusCode()).isEqualTo(200);

      KeyStore keys = new KeyStore(folder);
      String id = keys.keys().getFirst().id();
      String second = keys.rotate(id, Duration.ZERO, Instant.now()).secret();
      assertThat(station.with(first).post("/api/v1/query", ONE).statusCode()).isEqualTo(401);
      assertThat(station.with(second).post("/api/v1/query", ONE).statusCode()).isEqualTo(200);

      String third = keys.rotate(id, Duration.ofHours(1), Instant.now()).secret();
      assertThat(station.with(second).post("/api/v1/query", ONE).statusCode()).isEqualTo(200);
      assertThat(station.with(third).post("/api/v1/query", ONE).statusCode()).isEqualTo(200);

      keys.revoke(id, Instant.now());
      assertThat(station.with(third).post("/api/v1/query", ONE).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void secret_isInNoFile() throws IOException {
    KeyStore keys = new KeyStore(folder);
    String secret = keys.create("a", "reader", List.of(), Optional.empty(), Instant.now()).secret();
    Path file = folder.resolve("keys.json");
    assertThat(Files.readString(file)).doesNotContain(secret).contains("sha256");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(keys.find(secret, Instant.now())).isPresent();
    assertThat(keys.find(secret + "0", Instant.now())).isEmpty();
    assertThat(keys.find("", Instant.now())).isEmpty();
  }

  @Test
  void expiredKey_isRefusedFromItsVeryMoment() {
    Instant end = Instant.parse("2030-01-01T00:00:00Z");
    KeyStore keys = new KeyStore(folder);
    String secret = keys.create("a", "reader", List.of(), Optional.of(end), Instant.now()).secret();
    assertThat(keys.find(secret, end.minusMillis(1))).isPresent();
    assertThat(keys.find(secret, end)).isEmpty();
  }

  @Test
  void ingester_readsNothing() {
    try (RunningGateway station = RunningGateway.in(folder)) {
      HttpResponse<byte[]> response =
          station.with(station.makeKey("ingester")).post("/api/v1/query", ONE);
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(json(response).path("code").asString()).isEqualTo("access.denied");
    }
  }

  @Test
  void keysOwnGrants_onlyNarrowItsRole() {
    RunningGateway.write(
        folder,
        "access.toml",
        """
        [roles.narrow]
        grants = [ { schema = "a", filter = "n > 1" } ]
        """);
    try (RunningGateway station = RunningGateway.in(folder)) {
      station.sql(
          "CREATE SCHEMA a",
          "CREATE TABLE a.t AS SELECT unnest([1, 2]) AS n",
          "CREATE TABLE a.u AS SELECT 5 AS n",
          "CREATE SCHEMA b",
          "CREATE TABLE b.t AS SELECT 1 AS n");
      station.with(station.makeKey("narrow", "a.t", "b"));
      assertThat(json(station.get("/api/v1/data/a/t")).path("items")).hasSize(1);
      assertThat(station.get("/api/v1/data/a/u").statusCode()).isEqualTo(403);
      assertThat(station.get("/api/v1/data/b/t").statusCode()).isEqualTo(403);
      station.with(station.makeKey("narrow", "b"));
      assertThat(station.get("/api/v1/data/a/t").statusCode()).isEqualTo(403);
      station.with(station.makeKey("reader", "b"));
      assertThat(station.get("/api/v1/data/b/t").statusCode()).isEqualTo(200);
      assertThat(station.get("/api/v1/data/a/t").statusCode()).isEqualTo(403);
    }
  }

  @Test
  void maskOfAMisspeltColumn_hidesTheTable() {
    RunningGateway.write(
        folder,
        "access.toml",
        """
        [roles.masked]
        grants = [ { schema = "main", table = "t", masks = { nmae = "NULL" } } ]
        """);
    try (RunningGateway station = RunningGateway.in(folder)) {
      station.sql("CREATE TABLE t AS SELECT 'x' AS name");
      HttpResponse<byte[]> response =
          station.with(station.makeKey("masked")).get("/api/v1/data/main/t");
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(text(response)).contains("access.invalid").doesNotContain("\"x\"");
    }
  }

  @Test
  void mistakeInTheRules_isNamedWithItsLine() {
    RunningGateway.write(folder, "access.toml", "[roles.x]\nrole = \"reader\"\ngrant = 1\n");
    assertThatThrownBy(() -> AccessRules.read(folder))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("access.toml:3: `grant` is unknown here; did you mean `grants`?");
  }

  @Test
  void requestsBeyondTheRate_areToldWhenToComeAgain() throws InterruptedException {
    try (RunningGateway station =
        RunningGateway.in(folder, Map.of("TARN_SERVE_REQUESTS_PER_MINUTE", "30"))) {
      station.with(station.makeKey("reader"));
      HttpResponse<byte[]> response = station.get("/api/v1/catalog/schemas");
      for (int n = 0; n < 1000 && response.statusCode() == 200; n++) {
        response = station.get("/api/v1/catalog/schemas");
      }
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(json(response).path("code").asString()).isEqualTo("request.rate-limited");
      int wait = Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow());
      assertThat(wait).isBetween(1, 3);
      assertThat(station.get("/health").statusCode()).isEqualTo(200);
      Thread.sleep(wait * 1000L);
      assertThat(station.get("/api/v1/catalog/schemas").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void roleWithLimits_isHeldToThem_andOthersAreNot() {
    RunningGateway.write(
        folder,
        "access.toml",
        """
        [roles.small]
        grants = [ { schema = "main" } ]
        limits = { rows = 3, bytes = "1KB", memory = "64MB", seconds = 20, requests_per_minute = 40 }
        """);
    try (RunningGateway station = RunningGateway.in(folder)) {
      station.sql("CREATE TABLE t AS SELECT range AS n, repeat('x', 1000) AS text FROM range(4)");
      String small = station.makeKey("small");
      String large = station.makeKey("reader");
      for (String sql : List.of("SELECT n FROM t", "SELECT text FROM t WHERE n < 2")) {
        String body = "{\"sql\":\"" + sql + "\"}";
        HttpResponse<byte[]> refused = station.with(small).post("/api/v1/query", body);
        assertThat(refused.statusCode()).as(sql).isEqualTo(400);
        assertThat(json(refused).path("code").asString()).isEqualTo("query.limit-exceeded");
        assertThat(status(station, large, body)).as(sql).isEqualTo(200);
      }
      assertThat(status(station, small, "{\"sql\":\"SELECT n FROM t WHERE n < 3\"}"))
          .isEqualTo(200);
      String heavy = "{\"sql\":\"SELECT len(list(range)) AS n FROM range(12000000)\"}";
      assertThat(status(station, large, heavy)).isEqualTo(200);
      assertThat(status(station, small, heavy)).isEqualTo(503);
      int answered = 0;
      for (int n = 0; n < 1000 && station.get("/api/v1/catalog/schemas").statusCode() == 200; n++) {
        answered++;
      }
      assertThat(answered).isLessThan(1000);
    }
  }

  @Test
  void resultTooLargeByItsLastBytes_doesNotLookComplete() {
    RunningGateway.write(
        folder,
        "access.toml",
        """
        [roles.some]
        grants = [ { schema = "main" } ]
        limits = { bytes = "1MB" }
        """);
    try (RunningGateway station = RunningGateway.in(folder)) {
      station.sql("CREATE TABLE t AS SELECT repeat('x', 10000) AS text FROM range(120)");
      station.with(station.makeKey("some"));
      for (String type : List.of("text/csv", "application/json", "application/x-ndjson")) {
        assertThatThrownBy(
                () ->
                    station.send(
                        station
                            .request("/api/v1/query")
                            .header("Accept", type)
                            .header("Content-Type", "application/json")
                            .POST(
                                HttpRequest.BodyPublishers.ofString(
                                    "{\"sql\":\"SELECT text FROM t\"}"))))
            .as(type)
            .isInstanceOf(UncheckedIOException.class);
      }
    }
  }

  private static int status(RunningGateway station, String key, String body) {
    return station.with(key).post("/api/v1/query", body).statusCode();
  }

  @Test
  void limitThatIsNone_isNamedWithItsLine() {
    for (String wrong :
        List.of("row = 1", "rows = 0", "memory = \"much\"", "seconds = \"1\"", "bytes = 5")) {
      RunningGateway.write(
          folder,
          "access.toml",
          "[roles.x]\ngrants = [ { schema = \"a\" } ]\n[roles.x.limits]\n" + wrong + "\n");
      assertThatThrownBy(() -> AccessRules.read(folder))
          .as(wrong)
          .isInstanceOf(TarnException.class)
          .hasMessageContaining("access.toml:4: `" + wrong.split(" ", 2)[0] + "` is no ");
    }
  }

  @Test
  void token_countsOnlyWhenTheIssuerSignedItForThisStation() throws Exception {
    ECKey issuer = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
    Files.writeString(folder.resolve("jwks.json"), new JWKSet(issuer.toPublicJWK()).toString());
    Map<String, String> settings =
        Map.of(
            "TARN_SERVE_OIDC_ISSUER", "https://login.example",
            "TARN_SERVE_OIDC_AUDIENCE", "tarn",
            "TARN_SERVE_OIDC_KEYS", "jwks.json");
    try (RunningGateway station = RunningGateway.in(folder, settings)) {
      JWTClaimsSet good =
          new JWTClaimsSet.Builder()
              .subject("ann")
              .issuer("https://login.example")
              .audience("tarn")
              .expirationTime(Date.from(Instant.now().plusSeconds(300)))
              .claim("roles", List.of("unknown", "reader"))
              .build();
      assertThat(status(station, signed(issuer, good))).isEqualTo(200);
      JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder(good);
      assertThat(status(station, signed(issuer, builder.audience("other").build()))).isEqualTo(401);
      assertThat(
              status(station, signed(issuer, new JWTClaimsSet.Builder(good).issuer("x").build())))
          .isEqualTo(401);
      assertThat(
              status(
                  station,
                  signed(
                      issuer,
                      new JWTClaimsSet.Builder(good)
                          .expirationTime(Date.from(Instant.now().minusSeconds(300)))
                          .build())))
          .isEqualTo(401);
      assertThat(
              status(
                  station,
                  signed(issuer, new JWTClaimsSet.Builder(good).claim("roles", "x").build())))
          .isEqualTo(401);
      ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
      assertThat(status(station, signed(stranger, good))).isEqualTo(401);
      SignedJWT symmetric = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), good);
      symmetric.sign(
          new MACSigner(
              issuer.toPublicJWK().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      assertThat(status(station, symmetric.serialize())).isEqualTo(401);
      assertThat(status(station, new com.nimbusds.jwt.PlainJWT(good).serialize())).isEqualTo(401);
    }
  }

  private static String signed(ECKey key, JWTClaimsSet claims) throws Exception {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("1").build(), claims);
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }

  private static int status(RunningGateway station, String token) {
    return station.with(token).post("/api/v1/query", ONE).statusCode();
  }

  @Test
  void audit_saysWhoTouchedWhat_andFindsEveryChange() throws IOException {
    String secret;
    try (RunningGateway station = RunningGateway.in(folder)) {
      station.sql("CREATE TABLE patients AS SELECT 'Ann' AS name");
      secret = station.makeKey("reader");
      station.with(secret);
      station.post("/api/v1/query", "{\"sql\":\"SELECT name FROM patients\"}");
      station.post(
          "/api/v1/query", "{\"sql\":\"SELECT nothing FROM patients WHERE name = 'Bob'\"}");
      station.with("tarn_wrong").post("/api/v1/query", ONE);
      station.get("/health");
    }
    Path trail = folder.resolve("audit");
    var lines = RunningGateway.auditLines(trail);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).path("tables").toString()).isEqualTo("[\"main.patients\"]");
    assertThat(lines.get(0).path("rows").asInt()).isEqualTo(1);
    assertThat(lines.get(0).path("outcome").asString()).isEqualTo("ok");
    assertThat(lines.get(1).path("outcome").asString()).isEqualTo("query.invalid");
    assertThat(lines.get(2).path("who").asString()).isEqualTo("-");
    Path file = AuditFiles.only(trail);
    String content = Files.readString(file);
    assertThat(content).doesNotContain(secret, "Ann", "Bob", "SELECT");
    assertThat(AuditCheck.of(trail).fault()).isEmpty();

    List<String> whole = content.lines().toList();
    refuses(trail, file, content.replace("\"rows\":1", "\"rows\":2"), 1);
    refuses(trail, file, whole.get(0) + "\n" + whole.get(2) + "\n", 2);
    refuses(trail, file, whole.get(1) + "\n" + whole.get(0) + "\n" + whole.get(2) + "\n", 1);
    refuses(trail, file, content + whole.get(0) + "\n", 4);
    refuses(trail, file, content + "{\"time\":1}\n", 4);
  }

  private static void refuses(Path trail, Path file, String changed, long line) throws IOException {
    Files.writeString(file, changed);
    assertThat(AuditCheck.of(trail).fault())
        .hasValueSatisfying(fault -> assertThat(fault.line()).isEqualTo(line));
  }

  @Test
  void audit_goesOnAfterACrashInTheMiddleOfALine() throws IOException {
    try (RunningGateway station = RunningGateway.in(folder)) {
      station.post("/api/v1/query", ONE);
    }
    Path trail = folder.resolve("audit");
    Files.writeString(
        AuditFiles.only(trail), "{\"time\":\"2026-", java.nio.file.StandardOpenOption.APPEND);
    try (RunningGateway station = RunningGateway.in(folder)) {
      station.post("/api/v1/query", ONE);
    }
    AuditCheck check = AuditCheck.of(trail);
    assertThat(check.fault()).isEmpty();
    assertThat(check.lines()).isEqualTo(2);
  }

  /** The files of a trail. */
  private static final class AuditFiles {
    private AuditFiles() {}

    static Path only(Path trail) throws IOException {
      try (var files = Files.list(trail)) {
        return files.findFirst().orElseThrow();
      }
    }
  }
}
