package tarn.gateway;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.access.Authenticator;
import tarn.gateway.access.Caller;
import tarn.gateway.http.Dispatcher;
import tarn.gateway.http.Exchange;

/** Lets in who bears a key, and nobody too often. */
final class Doorkeeper implements Dispatcher.Door {
  private static final int MOST_FAILURES = 30;

  private final Authenticator authenticator;
  private final int requestsPerMinute;
  private final boolean local;
  private final ConcurrentMap<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Bucket> failures = new ConcurrentHashMap<>();

  Doorkeeper(Authenticator authenticator, int requestsPerMinute, String address) {
    this.authenticator = authenticator;
    this.requestsPerMinute = requestsPerMinute;
    this.local = isLoopback(address);
  }

  static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** A web page that somebody on this machine looks at must not talk to the service unnoticed. */
  @Override
  public void checkOrigin(Exchange exchange) {
    String host = exchange.header("Host").orElse("");
    String name = host.replaceFirst(":\\d+$", "");
    boolean known =
        !local
            || name.equals("localhost")
            || name.equals("[::1]")
            || name.matches("127\\.\\d+\\.\\d+\\.\\d+");
    Optional<String> origin = exchange.header("Origin").filter(text -> !isOwn(text, host));
    if (!known || origin.isPresent()) {
      throw new TarnException(
          ErrorCode.ACCESS_DENIED,
          "The request comes from a page of another site.",
          "Call the service by its own address.");
    }
  }

  private static boolean isOwn(String origin, String host) {
    return origin.equals("http://" + host) || origin.equals("https://" + host);
  }

  @Override
  public Caller enter(Exchange exchange) {
    Caller caller = caller(exchange);
    int perMinute = caller.limits().requestsPerMinute().orElse(requestsPerMinute);
    // Another limit, another bucket.
    take(buckets, caller.id() + " " + perMinute, perMinute);
    return caller;
  }

  private Caller caller(Exchange exchange) {
    Optional<String> authorization = exchange.header("Authorization");
    if (authorization.isEmpty() && local && authenticator.isUnguarded()) {
      return Authenticator.owner();
    }
    try {
      return authenticator.authenticate(authorization, Instant.now());
    } catch (TarnException e) {
      if (authorization.isPresent()) {
        // Guessing keys is hopeless anyway; this keeps it from costing anything.
        take(failures, exchange.client().replaceFirst(":\\d+$", ""), MOST_FAILURES);
      }
      throw e;
    }
  }

  private static void take(ConcurrentMap<String, Bucket> all, String who, int perMinute) {
    Bucket bucket =
        all.computeIfAbsent(
            who,
            _ ->
                Bucket.builder()
                    .addLimit(
                        Bandwidth.builder()
                            .capacity(perMinute)
                            .refillGreedy(perMinute, Duration.ofMinutes(1))
                            .build())
                    .build());
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      // Rounded up: who comes back then is let in.
      long wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).plusSeconds(1).toSeconds();
      throw new TarnException(
          ErrorCode.REQUEST_RATE,
          "There were more than " + perMinute + " requests in a minute.",
          "Wait " + wait + " s.",
          new Dispatcher.RetryLater(wait));
    }
  }
}
