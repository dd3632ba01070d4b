package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final char[] PASSWORD = "no secret".toCharArray();

  @TempDir Path folder;

  @Test
  void service_withACertificate_speaksTlsAlone() throws Exception {
    Certificate certificate = certificate();
    Map<String, String> settings =
        Map.of(
            "TARN_SERVE_TLS_CERTIFICATE", folder.resolve("station.pem").toString(),
            "TARN_SERVE_TLS_KEY", folder.resolve("station-key.pem").toString());
    try (RunningGateway station = RunningGateway.in(folder.resolve("station"), settings)) {
      URI health = URI.create(station.gateway().url() + "/health");
      assertThat(health.getScheme()).isEqualTo("https");
      HttpRequest request = HttpRequest.newBuilder(health).build();
      try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(certificate)).build()) {
        var response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
      }
      try (HttpClient stranger = HttpClient.newHttpClient()) {
        assertThatThrownBy(() -> stranger.send(request, BodyHandlers.ofString()))
            .isInstanceOf(SSLHandshakeException.class);
        HttpRequest plain =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + health.getPort() + "/health"))
                .build();
        assertThatThrownBy(() -> stranger.send(plain, BodyHandlers.ofString()))
            .isInstanceOf(IOException.class);
      }
    }
  }

  /** Makes one for this machine, as PEM files, by the JDK's own tool. */
  private Certificate certificate() throws Exception {
    Path store = folder.resolve("keys.p12");
    Process tool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "station",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said =
        new String(tool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(tool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    Certificate certificate = keys.getCertificate("station");
    Key key = keys.getKey("station", PASSWORD);
    pem("station.pem", "CERTIFICATE", certificate.getEncoded());
    pem("station-key.pem", "PRIVATE KEY", key.getEncoded());
    return certificate;
  }

  private void pem(String name, String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text));
  }

  private static SSLContext trusting(Certificate certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("station", certificate);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
