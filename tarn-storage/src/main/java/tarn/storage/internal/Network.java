package tarn.storage.internal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What the failures of a connection mean, whichever library met them. */
public final class Network {
  private Network() {}

  /** Empty when the network is not to blame. */
  public static Optional<Verdict> judge(Request request, Throwable failure) {
    boolean broken = false;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof CertificateException || each instanceof SSLPeerUnverifiedException) {
        return Optional.of(
            new Verdict.Final(
                Errors.untrusted(request, "the certificate is not trusted", failure)));
      }
      if (each instanceof BrokenTransfer) {
        return Optional.of(new Verdict.Passing(String.valueOf(each.getMessage())));
      }
      broken |= each instanceof IOException || each instanceof TimeoutException;
    }
    return broken ? Optional.of(new Verdict.Passing(reason(failure))) : Optional.empty();
  }

  private static String reason(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof UnknownHostException) {
        return "the store's host name is not known here";
      }
      if (each instanceof ConnectException) {
        return "the store does not accept connections";
      }
      if (each instanceof SocketTimeoutException
          || each instanceof HttpTimeoutException
          || each instanceof TimeoutException) {
        return "the store did not answer in time";
      }
      if (each instanceof SSLException) {
        return "no secure connection came about";
      }
    }
    return "the connection broke off";
  }
}
