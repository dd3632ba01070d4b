package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.TarnException;
import tarn.gateway.http.Contract;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {
  private Path folder;
  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    station = RunningGateway.in(folder);
  }

  @AfterAll
  void stop() {
    station.close();
  }

  @Test
  void health_namesEachPart() {
    HttpResponse<byte[]> response = station.get("/health");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("status").asString()).isEqualTo("ok");
    assertThat(json(response).path("components").propertyNames())
        .contains("catalog", "storage", "engine");
    assertThat(text(response)).doesNotContain(folder.toString());
  }

  @Test
  void ready_isTrueOnceStarted() {
    assertThat(text(station.get("/ready"))).isEqualTo("{\"ready\":true}");
  }

  @Test
  void contract_isServedAsJson() {
    HttpResponse<byte[]> response = station.get("/openapi.json");
    assertThat(json(response).path("openapi").asString()).isEqualTo("3.1.0");
    assertThat(json(response).path("paths").propertyNames()).contains("/health");
  }

  @Test
  void page_bringsAllItsPartsAlong() {
    String page = text(station.get("/docs"));
    assertThat(page).contains("<title>Tarn").doesNotContain("//cdn", "https://");
    for (String part : new String[] {"swagger-ui.css", "swagger-ui-bundle.js", "start.js"}) {
      assertThat(page).contains("/docs/" + part);
      HttpResponse<byte[]> response = station.get("/docs/" + part);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).hasSizeGreaterThan(50);
    }
    assertThat(station.get("/docs/package.json").statusCode()).isEqualTo(404);
  }

  @Test
  void routes_areExactlyTheContracts() {
    assertThat(station.gateway().operations()).isEqualTo(Contract.read().operations());
  }

  @Test
  void unknownPath_isAProblem() {
    HttpResponse<byte[]> response = station.get("/api/v1/nowhere");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(json(response).path("code").asString()).isEqualTo("request.not-found");
    assertThat(json(response).path("instance").asString())
        .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
  }

  @Test
  void wrongMethod_namesTheRightOnes() {
    HttpResponse<byte[]> response = station.send(station.request("/health").DELETE());
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET");
    assertThat(json(response).path("code").asString()).isEqualTo("request.method-not-allowed");
  }

  @Test
  void sameAnswer_isNotSentAgain() {
    HttpResponse<byte[]> first = station.get("/ready");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<byte[]> second =
        station.send(station.request("/ready").header("If-None-Match", tag));
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
  }

  @Test
  void answers_bearSecurityHeaders() {
    assertThat(station.get("/health").headers().map())
        .containsKeys(
            "content-security-policy",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy");
  }

  @Test
  void requestOfAnotherSitesPage_isRefused() {
    HttpResponse<byte[]> response =
        station.send(station.request("/health").header("Origin", "https://evil.example"));
    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void requestForAnotherHost_isRefused() throws IOException {
    assertThat(raw("GET /health HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /health HTTP/1.1\r\n\r\n"})
  void whatIsNoHttp_isRefusedAndTheServiceGoesOn(String request) throws IOException {
    assertThat(raw(request)).matches("(?s)HTTP/1.1 (4\\d\\d|505).*");
    assertThat(station.get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void headersBeyondTheLimit_areRefused() {
    HttpResponse<byte[]> response =
        station.send(station.request("/health").header("X-Long", "x".repeat(40_000)));
    assertThat(response.statusCode()).isBetween(400, 499);
  }

  @Test
  void takenPort_isNamed() {
    Map<String, String> same =
        Map.of("TARN_SERVE_PORT", Integer.toString(station.gateway().port()));
    var other = RunningGateway.station(folder, same);
    assertThatThrownBy(
            () -> Gateway.start(other, station.lake(), tarn.testkit.Checkout.extensions()))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + station.gateway().port());
  }

  @Test
  void addressOfOthers_isRefusedWithoutKeyAndTls() {
    var open = RunningGateway.station(folder, Map.of("TARN_SERVE_ADDRESS", "0.0.0.0"));
    assertThatThrownBy(
            () -> Gateway.start(open, station.lake(), tarn.testkit.Checkout.extensions()))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code().code()).isEqualTo("serve.refused"))
        .hasMessageContaining("no key has been made and no certificate is set");
  }

  private String raw(String request) throws IOException {
    try (Socket socket =
        new Socket(java.net.InetAddress.getLoopbackAddress(), station.gateway().port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(400), StandardCharsets.UTF_8);
    }
  }
}
