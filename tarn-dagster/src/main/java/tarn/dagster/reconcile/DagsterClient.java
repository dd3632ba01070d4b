package tarn.dagster.reconcile;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A Dagster webserver: its reports of external events, and its GraphQL. Thread-safe.
 *
 * <p>Every failure is {@code dagster.unreachable} (try again later) or {@code dagster.refused} (it
 * will not work until somebody changes something).
 */
final class DagsterClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TRIES = 3;
  private static final int LONGEST_SHOWN = 300;

  private final URI url;
  private final Optional<String> authorization;
  // The offer of HTTP/2 that goes with a request otherwise makes Dagster's server lose its body.
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * @param url where the webserver is, with its path prefix if it has one
   * @param authorization the value of the header {@code Authorization}, for a proxy that asks for
   *     it
   */
  DagsterClient(URI url, Optional<String> authorization) {
    this.url = url;
    this.authorization = authorization;
  }

  /** A runless observation or check evaluation. */
  void report(String kind, List<String> key, Map<String, ?> body) {
    String path =
        key.stream()
            .map(each -> URLEncoder.encode(each, StandardCharsets.UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/", kind + "/", ""));
    JsonNode answer = post(path, Json.line(body));
    if (answer.hasNonNull("error")) {
      throw refused("It answered: " + answer.path("error").asString(""), null);
    }
  }

  /** The field {@code data} of an answer. */
  JsonNode query(String text, Map<String, ?> variables) {
    JsonNode answer = post("graphql", Json.line(Map.of("query", text, "variables", variables)));
    if (answer.hasNonNull("errors") && !answer.hasNonNull("data")) {
      throw refused(
          "Its GraphQL does not know what was asked, so its version may be another: "
              + answer.path("errors").path(0).path("message").asString(""),
          null);
    }
    return answer.path("data");
  }

  private JsonNode post(String path, String body) {
    URI target = URI.create(url.toString().replaceAll("/+$", "") + "/" + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    authorization.ifPresent(value -> request.header("Authorization", value));
    return read(target, send(target, request.build()));
  }

  private HttpResponse<String> send(URI target, HttpRequest request) {
    for (int tries = 1; ; tries++) {
      try {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() < 500 || tries == TRIES) {
          return response;
        }
      } catch (IOException e) {
        if (tries == TRIES) {
          throw unreachable(target, e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TarnException(ErrorCode.INTERRUPTED, "It was stopped.", "Run it again.", e);
      }
      pause(tries);
    }
  }

  private static void pause(int tries) {
    try {
      Thread.sleep(Duration.ofMillis(250L << tries));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TarnException(ErrorCode.INTERRUPTED, "It was stopped.", "Run it again.", e);
    }
  }

  private JsonNode read(URI target, HttpResponse<String> response) {
    int status = response.statusCode();
    String said = response.body().strip();
    String shown = said.length() > LONGEST_SHOWN ? said.substring(0, LONGEST_SHOWN) + "…" : said;
    if (status >= 500) {
      throw unreachable(target, new IOException("HTTP " + status + ": " + shown));
    }
    if (status == 401 || status == 403) {
      throw refused(
          "%s answered HTTP %d: it is read-only, or wants to know who asks: %s"
              .formatted(target, status, shown),
          null);
    }
    if (status >= 300) {
      throw refused("%s answered HTTP %d: %s".formatted(target, status, shown), null);
    }
    try {
      return Json.mapper().readTree(said);
    } catch (JacksonException e) {
      throw refused(
          target + " answered what is no JSON, so it is no Dagster webserver, or a proxy: " + shown,
          e);
    }
  }

  private TarnException unreachable(URI target, Exception cause) {
    return new TarnException(
        ErrorCode.DAGSTER_UNREACHABLE,
        "Dagster at " + target + " does not answer: " + cause,
        "Start its webserver or mend the address; what was found is kept and told the next time.",
        cause);
  }

  private static TarnException refused(String what, @Nullable Exception cause) {
    return new TarnException(
        ErrorCode.DAGSTER_REFUSED,
        "Dagster refuses the report. " + what,
        "Give the address of a webserver (1.13) that is not read-only; for a proxy that asks who"
            + " comes, set DAGSTER_AUTHORIZATION.",
        cause);
  }

  @Override
  public void close() {
    http.close();
  }
}
