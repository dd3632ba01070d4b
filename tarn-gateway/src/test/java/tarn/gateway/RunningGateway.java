package tarn.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.base.Json;
import tarn.gateway.access.KeyStore;
import tarn.gateway.trace.Tracing;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/** A station in a test's folder, served on a free port of this machine. */
final class RunningGateway implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Station station;
  private final Lake lake;
  private final Gateway gateway;
  private Optional<String> key = Optional.empty();

  private RunningGateway(Station station, Tracing tracing) {
    this.station = station;
    this.lake = Lake.create(station.settings().lake(), Checkout.extensions());
    this.gateway = Gateway.start(station, lake, Checkout.extensions(), tracing);
  }

  static RunningGateway in(Path folder) {
    return in(folder, Map.of());
  }

  static RunningGateway in(Path folder, Map<String, String> settings) {
    return new RunningGateway(station(folder, settings), Tracing.none());
  }

  static RunningGateway followed(Path folder, Tracing tracing) {
    return new RunningGateway(station(folder, Map.of()), tracing);
  }

  static Station station(Path folder, Map<String, String> settings) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "TARN_ENGINE_MEMORY_LIMIT", "1GB",
                "TARN_ENGINE_THREADS", "2",
                "TARN_SERVE_PORT", "0",
                "TARN_INTEGRITY_EVERY", "never",
                "TARN_SERVE_REQUESTS_PER_MINUTE", "100000"));
    environment.putAll(settings);
    write(folder, "station.toml", "name = 'test'\n");
    return Station.open(folder, environment);
  }

  static void write(Path folder, String name, String content) {
    try {
      Path path = folder.resolve(name);
      Files.createDirectories(path.getParent());
      Files.writeString(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Station station() {
    return station;
  }

  Lake lake() {
    return lake;
  }

  Gateway gateway() {
    return gateway;
  }

  RunningGateway sql(String... statements) {
    try (Session session = lake.session()) {
      for (String statement : statements) {
        session.execute(statement);
      }
    }
    return this;
  }

  String value(String sql) {
    try (Session session = lake.session()) {
      return session.queryFirst(sql, row -> String.valueOf(row.getObject(1))).orElseThrow();
    }
  }

  /** Makes a key; requests go on without it until {@link #with}. */
  String makeKey(String role, String... grants) {
    return new KeyStore(station.folder())
        .create(role, role, List.of(grants), Optional.empty(), Instant.now())
        .secret();
  }

  /** Sends this key from now on. */
  RunningGateway with(String secret) {
    key = Optional.of(secret);
    return this;
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(gateway.url() + path));
    key.ifPresent(secret -> builder.header("Authorization", "Bearer " + secret));
    return builder;
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  java.util.concurrent.CompletableFuture<HttpResponse<byte[]>> sendAsync(
      HttpRequest.Builder request) {
    return CLIENT.sendAsync(request.build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String path) {
    return send(request(path));
  }

  HttpResponse<byte[]> post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Waits until a delivery that was accepted has ended. */
  JsonNode landed(HttpResponse<byte[]> accepted) {
    if (accepted.statusCode() != 202) {
      throw new AssertionError(accepted.statusCode() + " " + text(accepted));
    }
    String location = accepted.headers().firstValue("Location").orElseThrow();
    for (int waited = 0; waited < 600; waited++) {
      JsonNode delivery = json(get(location));
      if (List.of("done", "failed").contains(delivery.path("state").asString())) {
        return delivery;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError("the delivery does not end");
  }

  static List<JsonNode> auditLines(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      List<JsonNode> lines = new java.util.ArrayList<>();
      for (Path file : files.sorted().toList()) {
        Files.readAllLines(file).forEach(line -> lines.add(Json.mapper().readTree(line)));
      }
      return lines;
    }
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return Json.mapper().readTree(response.body());
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    gateway.close();
    lake.close();
  }
}
