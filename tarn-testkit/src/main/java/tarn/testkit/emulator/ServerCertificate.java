package tarn.testkit.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A certificate of 127.0.0.1 that signs itself, as PEM files.
 *
 * @param certificate also what a client has to trust
 */
public record ServerCertificate(Path certificate, Path key) {
  private static final String PASSWORD = "changeit";

  /** Makes one with the JDK's own tool. */
  public static ServerCertificate in(Path folder) {
    Path store = folder.resolve("server.p12");
    try {
      generate(store);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream content = Files.newInputStream(store)) {
        keys.load(content, PASSWORD.toCharArray());
      }
      Certificate certificate = keys.getCertificate("server");
      Key key = keys.getKey("server", PASSWORD.toCharArray());
      return new ServerCertificate(
          pem(folder.resolve("server.crt"), "CERTIFICATE", certificate.getEncoded()),
          pem(folder.resolve("server.key"), "PRIVATE KEY", key.getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("no certificate could be made", e);
    }
  }

  private static void generate(Path store) throws IOException {
    Process process =
        new ProcessBuilder(
                Tools.java().resolveSibling("keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError(new String(process.getInputStream().readAllBytes(), UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static Path pem(Path file, String kind, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
