package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/**
 * What the command makes of a Prometheus's answers, which are written here as the real one writes
 * them; deploy/observability/tests asks the real one.
 */
class FleetCommandTest {
  private static final String NORTH =
      "{\"station\":\"ward-7\",\"site\":\"north\",\"environment\":\"production\"}";
  private static final String SOUTH =
      "{\"station\":\"ward-9\",\"site\":\"south\",\"environment\":\"production\"}";

  private static final String ALERTS =
      """
      {"status":"success","data":{"alerts":[
        {"labels":{"alertname":"TarnFindings","severity":"critical","station":"ward-7","site":"north",
          "environment":"production","class":"file.missing"},
         "annotations":{"summary":"Station ward-7: file.missing","runbook_url":"docs/runbooks/findings.md"},
         "state":"firing","activeAt":"2026-11-20T08:15:30.5Z","value":"1e+00"},
        {"labels":{"alertname":"TarnSmallFiles","severity":"warning","station":"ward-7"},"annotations":{},
         "state":"pending","activeAt":"2026-11-20T08:15:30Z","value":"1e+00"},
        {"labels":{"alertname":"DiskFull","severity":"critical","station":"ward-7"},"annotations":{},
         "state":"firing","activeAt":"2026-11-20T08:15:30Z","value":"1e+00"}]}}""";

  @TempDir Path folder;
  private HttpServer server;
  private Map<String, String> answers = Map.of();
  private int status = 200;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    answers =
        Map.of(
            // In the order in which they are looked for: parts of the expressions.
            "avg_over_time", samples(NORTH, "0.99999", SOUTH, "0.5"),
            "coverage_age", samples(NORTH, "259200"),
            "findings", samples(NORTH, "3", SOUTH, "0"),
            "tarn:available:ratio or", samples(NORTH, "1"),
            "alerts", ALERTS);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String samples(String... labelsAndValues) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < labelsAndValues.length; i += 2) {
      text.append(i == 0 ? "" : ",")
          .append(
              "{\"metric\":%s,\"value\":[1763971200.1,\"%s\"]}"
                  .formatted(labelsAndValues[i], labelsAndValues[i + 1]));
    }
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        + text
        + "]}}";
  }

  private void answer(HttpExchange exchange) throws IOException {
    String asked = URLDecoder.decode(exchange.getRequestURI().toString(), StandardCharsets.UTF_8);
    String part =
        List.of("avg_over_time", "coverage_age", "findings", "tarn:available:ratio or", "alerts")
            .stream()
            .filter(asked::contains)
            .findFirst()
            .orElseThrow();
    byte[] body = answers.getOrDefault(part, samples()).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private TypedCommand.Ended status(String... options) {
    String[] typed = new String[options.length + 4];
    typed[0] = "fleet";
    typed[1] = "status";
    typed[2] = "--prometheus";
    typed[3] = url();
    System.arraycopy(options, 0, typed, 4, options.length);
    return TypedCommand.in(folder).run(typed);
  }

  @Test
  void text_hasAStationInEachRow_andTheAlertsThatFire() {
    List<String> lines = status("--window", "7d").exitingWith(0).out().lines().toList();
    assertThat(lines.get(0).split(" {2,}"))
        .containsExactly(
            "station", "site", "environment", "now", "uptime 7d", "findings", "oldest unverified");
    // It was not up all the time, so it is not said.
    assertThat(lines.get(2).split(" {2,}"))
        .containsExactly("ward-7", "north", "production", "up", "99.999 %", "3", "3 days");
    assertThat(lines.get(3).split(" {2,}"))
        .containsExactly("ward-9", "south", "production", "not watched", "50.000 %", "0", "-");
    assertThat(lines.getLast())
        .contains("critical", "TarnFindings", "Station ward-7: file.missing");
    assertThat(lines).noneMatch(line -> line.contains("SmallFiles") || line.contains("DiskFull"));
  }

  @Test
  void uptime_isNeverRoundedUpToAllOfIt() {
    answers =
        Map.of(
            "avg_over_time", samples(NORTH, "0.9999999"),
            "tarn:available:ratio or", samples(NORTH, "0"),
            "alerts", "{\"status\":\"success\",\"data\":{\"alerts\":[]}}");
    assertThat(status().exitingWith(0).out())
        .contains("99.999 %", "down", "uptime 30d", "No alert fires.");
  }

  @Test
  void document_hasTheSame_andItsFieldsAreSpecified() throws IOException {
    JsonNode document = status("--json").exitingWith(0).json();
    assertThat(document.path("window").asString()).isEqualTo("30d");
    JsonNode station = document.path("stations").path(0);
    assertThat(station.path("state").asString()).isEqualTo("up");
    assertThat(station.path("uptime").asDouble()).isEqualTo(0.99999);
    assertThat(station.path("findings").asLong()).isEqualTo(3);
    assertThat(station.path("oldest_unverified_seconds").asLong()).isEqualTo(259200);
    assertThat(document.path("stations").path(1).path("state").asString()).isEqualTo("not_watched");
    assertThat(document.path("stations").path(1).path("oldest_unverified_seconds").isNull())
        .isTrue();
    JsonNode alert = document.path("alerts").path(0);
    assertThat(document.path("alerts")).hasSize(1);
    assertThat(alert.path("alert").asString()).isEqualTo("TarnFindings");
    assertThat(alert.path("since").asString()).isEqualTo("2026-11-20T08:15:30.500Z");
    assertThat(alert.path("runbook").asString()).isEqualTo("docs/runbooks/findings.md");
    String page = Files.readString(Checkout.folder().resolve("spec/reports.md"));
    TreeSet<String> fields = new TreeSet<>(document.propertyNames());
    fields.addAll(station.propertyNames());
    fields.addAll(alert.propertyNames());
    assertThat(fields).allSatisfy(field -> assertThat(page).contains("`" + field + "`"));
  }

  @Test
  void prometheusThatKnowsNoStation_isSaid() {
    answers = Map.of();
    assertThat(status("--job", "other").exitingWith(2).err())
        .contains("has heard of no station within 30d", "`other`");
  }

  @Test
  void whatIsNoPrometheus_isSaid() {
    answers = Map.of("tarn:available:ratio or", "<html>");
    assertThat(status().exitingWith(2).err()).contains(url(), "(status 200) is none");
    status = 503;
    answers =
        Map.of(
            "tarn:available:ratio or",
            "{\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"starting up\"}");
    assertThat(status().exitingWith(2).err()).contains("status 503: starting up");
    server.stop(0);
    assertThat(status().exitingWith(2).err()).contains("it does not answer");
  }

  @Test
  void wrongUsage_isSaid() {
    TypedCommand command = TypedCommand.in(folder);
    assertThat(command.run("fleet", "status").exitingWith(2).err())
        .contains("--prometheus http://");
    assertThat(command.run("fleet", "status", "--prometheus", "nowhere").exitingWith(2).err())
        .contains("it is no address of HTTP");
    assertThat(status("--window", "a month").exitingWith(2).err())
        .contains("`a month` is no span of time");
  }
}
