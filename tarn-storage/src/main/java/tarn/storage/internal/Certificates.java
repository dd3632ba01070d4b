package tarn.storage.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Whose certificates are trusted: those that Java knows, and a hospital's own authorities. */
public final class Certificates {
  private Certificates() {}

  /**
   * @param bundle a file of PEM certificates
   * @return empty when Java's own are enough
   * @throws TarnException {@code setting.invalid} when the file is no such bundle
   */
  public static Optional<TrustManager[]> trusting(Optional<Path> bundle) {
    return bundle.map(Certificates::both);
  }

  /** The same as a context for connections. */
  public static SSLContext context(TrustManager[] trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TrustManager[] both(Path bundle) {
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int count = 0;
      for (Certificate each : read(bundle)) {
        all.setCertificateEntry("own-" + count++, each);
      }
      for (TrustManager manager : managers(null)) {
        if (manager instanceof X509TrustManager known) {
          for (X509Certificate each : known.getAcceptedIssuers()) {
            all.setCertificateEntry("java-" + count++, each);
          }
        }
      }
      return managers(all);
    } catch (GeneralSecurityException | IOException e) {
      throw invalid(bundle, e);
    }
  }

  private static Collection<? extends Certificate> read(Path bundle)
      throws GeneralSecurityException, IOException {
    try (InputStream content = Files.newInputStream(bundle)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(content);
      if (certificates.isEmpty()) {
        throw new IOException("it holds no certificate");
      }
      return certificates;
    }
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static TarnException invalid(Path bundle, Exception cause) {
    return new TarnException(
        ErrorCode.SETTING_INVALID,
        "The file of certificates " + bundle + " cannot be used: " + cause.getMessage() + ".",
        "Name a file that holds certificates as PEM text (-----BEGIN CERTIFICATE-----).",
        cause);
  }
}
