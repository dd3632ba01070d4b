package tarn.gateway.http;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** The listening part: HTTP/1.1, with TLS when there is a certificate. */
public final class Server implements AutoCloseable {
  private static final int LARGEST_HEADERS = 32 * 1024;
  private static final Duration SLOW_CLIENT = Duration.ofSeconds(30);

  private final WebServer server;

  private Server(WebServer server) {
    this.server = server;
  }

  /**
   * Where to listen.
   *
   * @param port 0 for any that is free
   */
  public record Address(String host, int port, Optional<Identity> identity) {}

  /** What TLS shows the client, as PEM. */
  public record Identity(Path certificate, Path privateKey) {}

  /**
   * @throws TarnException {@code serve.address-unavailable} when it cannot listen there
   */
  public static Server start(Address address, Dispatcher dispatcher) {
    WebServerConfig.Builder builder =
        WebServer.builder()
            .address(resolve(address.host()))
            .port(address.port())
            .shutdownHook(false)
            .maxPayloadSize(-1)
            .idleConnectionTimeout(Duration.ofMinutes(2))
            .shutdownGracePeriod(Duration.ofSeconds(2))
            .connectionOptions(options -> options.readTimeout(SLOW_CLIENT).tcpNoDelay(true))
            .contentEncoding(
                encodings ->
                    encodings
                        .contentEncodingsDiscoverServices(false)
                        .addContentEncoding(new PackedBodies()))
            .protocolsDiscoverServices(false)
            .addProtocol(
                Http1Config.builder()
                    .maxHeadersSize(LARGEST_HEADERS)
                    .maxPrologueLength(LARGEST_HEADERS)
                    .build())
            .directHandlers(Server::problems)
            .addRouting(HttpRouting.builder().any(dispatcher));
    address.identity().ifPresent(identity -> builder.tls(tls(identity)));
    try {
      WebServer server = builder.build().start();
      if (!server.isRunning()) {
        throw unavailable(address, null);
      }
      return new Server(server);
    } catch (IllegalStateException | java.io.UncheckedIOException e) {
      throw unavailable(address, e);
    }
  }

  private static TarnException unavailable(Address address, @Nullable Exception cause) {
    return new TarnException(
        ErrorCode.SERVE_ADDRESS,
        "The service cannot listen on %s:%d.".formatted(address.host(), address.port()),
        "Set another `serve.port` or `serve.address`; something else may listen there already.",
        cause);
  }

  private static InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new TarnException(
          ErrorCode.SERVE_ADDRESS,
          "`serve.address` is `" + host + "`, which is no address.",
          "Write one of this machine's addresses, such as 127.0.0.1.",
          e);
    }
  }

  private static Tls tls(Identity identity) {
    Keys keys =
        Keys.builder()
            .pem(
                pem ->
                    pem.key(Resource.create(identity.privateKey()))
                        .certChain(Resource.create(identity.certificate())))
            .build();
    return Tls.builder()
        .privateKey(keys)
        .privateKeyCertChain(keys)
        .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
        .build();
  }

  /** What is no HTTP at all is answered in the same form as every other error. */
  private static void problems(DirectHandlers.Builder handlers) {
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(
          type,
          (_, event, status, headers, message) -> {
            boolean large = status.code() == 413 || status.code() == 431;
            Problem problem =
                new Problem(
                    status.code(),
                    status.code() >= 500
                        ? ErrorCode.INTERNAL
                        : large ? ErrorCode.REQUEST_TOO_LARGE : ErrorCode.REQUEST_INVALID,
                    "The request is no HTTP that this service understands.",
                    "Mend the client.",
                    "-",
                    Optional.empty(),
                    List.of());
            return DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, Problem.TYPE)
                .keepAlive(false)
                .entity(problem.json())
                .build();
          });
    }
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
