package tarn.cli.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The HTTP API of a Prometheus server (or of anything that speaks it). */
final class Prometheus {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI base;

  /**
   * @throws TarnException {@code fleet.prometheus-failed} when it is no address
   */
  Prometheus(String url) {
    try {
      base = URI.create(url.endsWith("/") ? url : url + "/");
    } catch (IllegalArgumentException e) {
      throw failed(url, "it is no address", e);
    }
    if (!List.of("http", "https").contains(String.valueOf(base.getScheme()))
        || base.getHost() == null) {
      throw failed(url, "it is no address of HTTP", null);
    }
  }

  /** A series and its value at one moment. */
  record Sample(Map<String, String> labels, double value) {}

  /** What an expression gives now. */
  List<Sample> query(String expression) {
    JsonNode data =
        get("api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    List<Sample> samples = new ArrayList<>();
    for (JsonNode each : data.path("result")) {
      samples.add(new Sample(labels(each.path("metric")), number(each.path("value").path(1))));
    }
    return samples;
  }

  /** The alerts that it keeps, pending ones too. */
  JsonNode alerts() {
    return get("api/v1/alerts").path("alerts");
  }

  static Map<String, String> labels(JsonNode object) {
    Map<String, String> labels = new HashMap<>();
    object.properties().forEach(each -> labels.put(each.getKey(), each.getValue().asString()));
    return labels;
  }

  /** Prometheus writes numbers as text, infinities as {@code +Inf}. */
  private static double number(JsonNode text) {
    return Double.parseDouble(text.asString().replace("Inf", "Infinity"));
  }

  private JsonNode get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).GET().build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<String> answer =
          client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return data(answer);
    } catch (IOException e) {
      throw failed(base.toString(), "it does not answer (" + e + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TarnException(ErrorCode.INTERRUPTED, "Interrupted.", "Run it again.", e);
    }
  }

  private JsonNode data(HttpResponse<String> answer) {
    JsonNode document;
    try {
      document = Json.mapper().readTree(answer.body());
    } catch (JacksonException e) {
      throw failed(
          base.toString(), "what answers there (status " + answer.statusCode() + ") is none", e);
    }
    if (!document.path("status").asString("").equals("success")) {
      throw failed(
          base.toString(),
          "it answers with status "
              + answer.statusCode()
              + ": "
              + document.path("error").asString("no reason given"),
          null);
    }
    return document.path("data");
  }

  private static TarnException failed(String url, String why, @Nullable Exception cause) {
    return new TarnException(
        ErrorCode.FLEET_PROMETHEUS,
        "The Prometheus at " + url + " cannot be asked: " + why + ".",
        "Name its address, such as http://127.0.0.1:9090; `curl URL/-/ready` says whether it is up.",
        cause);
  }
}
