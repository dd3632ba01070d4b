package tarn.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Permission;
import tarn.gateway.trace.Part;
import tarn.gateway.trace.Tracing;

/** Brings each request to its route, and whatever happens there to an answer. */
public final class Dispatcher implements Handler {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Router router;
  private final Door door;
  private final Listener listener;
  private final Tracing tracing;

  public Dispatcher(List<Route> routes, Door door, Listener listener, Tracing tracing) {
    this.router = new Router(routes);
    this.door = door;
    this.listener = listener;
    this.tracing = tracing;
  }

  /** Decides who comes in. */
  public interface Door {
    /**
     * Refuses a request that no browser page or other machine may send.
     *
     * @throws TarnException {@code access.denied}
     */
    void checkOrigin(Exchange exchange);

    /**
     * @throws TarnException {@code access.unauthenticated} or {@code request.rate-limited}
     */
    Caller enter(Exchange exchange);
  }

  /** Hears of each request. */
  public interface Listener {
    void began(Exchange exchange);

    void ended(Ended request);
  }

  /**
   * A request that has been answered.
   *
   * @param route its path in the contract; empty when there was none
   * @param failure the code of the error it failed with
   */
  public record Ended(
      String id,
      Instant began,
      Duration duration,
      String method,
      String route,
      String client,
      Optional<Caller> caller,
      List<String> tables,
      int status,
      long rows,
      long bytes,
      Optional<ErrorCode> failure) {}

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws Exception {
    Exchange exchange = new Exchange(request, response, number());
    try (Part part = tracing.request(exchange.method(), exchange::header)) {
      exchange.followedBy(part.trace());
      answer(request, exchange, part);
    }
  }

  private void answer(ServerRequest request, Exchange exchange, Part part) throws Exception {
    Instant began = Instant.now();
    long start = System.nanoTime();
    listener.began(exchange);
    ErrorCode failure = null;
    try {
      secure(exchange);
      Router.Match match = router.match(exchange.method(), request.path().rawPath());
      exchange.matched(match);
      door.checkOrigin(exchange);
      Optional<Permission> permission = match.route().permission();
      if (permission.isPresent()) {
        Caller caller = door.enter(exchange);
        exchange.calledBy(caller);
        require(caller, permission.get());
      }
      match.route().handler().handle(exchange);
    } catch (Router.MethodNotAllowed e) {
      failure = ErrorCode.REQUEST_METHOD;
      exchange.answerHeader("Allow", e.allowed());
      fail(
          exchange,
          new TarnException(
              failure,
              "This does not take " + exchange.method() + ".",
              "It takes " + e.allowed() + "."));
    } catch (TarnException e) {
      failure = e.code();
      fail(exchange, e);
    } catch (ClientGone e) {
      failure = ErrorCode.INTERRUPTED;
      throw e;
    } catch (IOException | UncheckedIOException e) {
      if (exchange.hasBegun()) {
        // The client has gone away.
        failure = ErrorCode.INTERRUPTED;
        throw e;
      }
      failure = ErrorCode.STORAGE_FAILED;
      fail(exchange, new TarnException(failure, String.valueOf(e), "See the log.", e));
    } catch (Exception | Error e) {
      failure = ErrorCode.INTERNAL;
      fail(exchange, new TarnException(failure, String.valueOf(e), "See the log.", e));
    } finally {
      Ended ended = ended(exchange, began, Duration.ofNanos(System.nanoTime() - start), failure);
      String name = (ended.method() + " " + ended.route()).strip();
      part.answered(name, ended.route(), ended.status(), ended.failure().map(ErrorCode::code));
      // Within the part, so that a long duration leads to its trace.
      listener.ended(ended);
    }
  }

  private static void require(Caller caller, Permission permission) {
    if (!caller.role().has(permission)) {
      throw new TarnException(
          ErrorCode.ACCESS_DENIED,
          "The role `%s` of the key `%s` does not include this."
              .formatted(caller.role().word(), caller.name()),
          "Use a key of another role.");
    }
  }

  private void fail(Exchange exchange, TarnException error) {
    if (error.code() == ErrorCode.INTERNAL || Statuses.of(error.code()) == 500) {
      door(error, exchange);
    }
    if (exchange.hasBegun()) {
      // A stream that fails half way breaks the connection; it never ends as if it were complete.
      throw error;
    }
    Problem problem = Problem.of(error, exchange.id()).followedBy(exchange.trace());
    if (problem.status() == 401) {
      exchange.answerHeader("WWW-Authenticate", "Bearer realm=\"tarn\"");
    }
    if (error.getCause() instanceof RetryLater later) {
      exchange.answerHeader("Retry-After", Long.toString(later.seconds()));
    }
    if (problem.status() == 413 || problem.status() == 401 || problem.status() == 403) {
      // What is still under way of a body is not worth reading.
      exchange.answerHeader("Connection", "close");
    }
    exchange.send(problem.status(), Problem.TYPE, problem.json());
  }

  private void door(TarnException error, Exchange exchange) {
    System.getLogger("tarn.gateway")
        .log(
            System.Logger.Level.ERROR,
            "request "
                + exchange.id()
                + exchange.trace().map(trace -> " of trace " + trace).orElse("")
                + " failed",
            error);
  }

  /** Carries how long to wait as the cause of an error. */
  public static final class RetryLater extends Exception {
    private final long seconds;

    public RetryLater(long seconds) {
      super("wait " + seconds + " s");
      this.seconds = seconds;
    }

    long seconds() {
      return seconds;
    }
  }

  private static void secure(Exchange exchange) {
    SECURITY.forEach(exchange::answerHeader);
    exchange.answerHeader("X-Request-Id", exchange.id());
  }

  private static final Map<String, String> SECURITY =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY",
          "Referrer-Policy", "no-referrer",
          "Cache-Control", "no-store",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Content-Security-Policy",
              "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                  + " frame-ancestors 'none'");

  private static Ended ended(
      Exchange exchange, Instant began, Duration duration, @Nullable ErrorCode failure) {
    Exchange.Ending ending = exchange.ending();
    return new Ended(
        exchange.id(),
        began,
        duration,
        exchange.method(),
        exchange.route(),
        exchange.client(),
        exchange.knownCaller(),
        ending.tables(),
        ending.status(),
        ending.rows(),
        ending.bytes(),
        Optional.ofNullable(failure));
  }

  private static String number() {
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static final io.helidon.http.HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
}
