package tarn.gateway.route;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Pagination;
import tarn.gateway.http.Route;
import tarn.gateway.integrity.CheckEvent;
import tarn.gateway.integrity.CheckRun;
import tarn.gateway.integrity.Checks;
import tarn.integrity.catalog.Scope;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.StoredFindings.StoredFinding;
import tarn.integrity.ledger.StoredFindings.StoredRun;
import tools.jackson.databind.JsonNode;

/**
 * Checks of the lake and what they found. A finding names files and partitions of any table, so all
 * of it is for those who look at the station as a whole.
 */
public final class IntegrityRoutes {
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final int MOST_RUNS = 1000;
  private static final Set<String> KEYS =
      Set.of("level", "schema", "table", "within_seconds", "budget_seconds");

  private final Checks checks;

  public IntegrityRoutes(Checks checks) {
    this.checks = checks;
  }

  public List<Route> routes() {
    String base = "/api/v1/integrity";
    Permission all = Permission.ADMINISTER;
    return List.of(
        Route.of("GET", base, all, this::overview),
        Route.of("GET", base + "/checks", all, this::list),
        Route.of("POST", base + "/checks", all, this::start),
        Route.of("GET", base + "/checks/{id}", all, this::check),
        Route.of("GET", base + "/checks/{id}/events", all, this::events),
        Route.of("POST", base + "/checks/{id}/cancel", all, this::cancel),
        Route.of("GET", base + "/findings", all, this::findings),
        Route.of("GET", base + "/findings/{id}", all, this::finding),
        Route.of("POST", base + "/findings/{id}/resolve", all, this::resolve));
  }

  private void overview(Exchange exchange) {
    List<StoredFinding> open = checks.history().open();
    Map<String, Long> bySeverity = new LinkedHashMap<>();
    for (String severity : List.of("error", "warning")) {
      bySeverity.put(
          severity, open.stream().filter(each -> each.severity().equals(severity)).count());
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("open_findings", bySeverity);
    fields.put(
        "running",
        checks.all().stream()
            .filter(check -> !check.hasEnded())
            .findFirst()
            .map(CheckRun::id)
            .orElse(null));
    fields.put(
        "last_check",
        checks.history().runs(MOST_RUNS).stream()
            .filter(run -> run.finished().isPresent())
            .findFirst()
            .map(IntegrityRoutes::fields)
            .orElse(null));
    exchange.json(200, fields);
  }

  /** Those that go on or were asked for here, and then what the lake remembers. */
  private void list(Exchange exchange) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    Set<String> recorded = new HashSet<>();
    List<StoredRun> stored = checks.history().runs(MOST_RUNS);
    stored.forEach(run -> recorded.add(run.runId()));
    for (CheckRun check : checks.all()) {
      if (!recorded.contains(check.id())) {
        all.add(withoutReport(check));
      }
    }
    stored.forEach(run -> all.add(fields(run)));
    Pagination.answer(exchange, all, fields -> String.valueOf(fields.get("id")), fields -> fields);
  }

  private static Map<String, @Nullable Object> withoutReport(CheckRun check) {
    Map<String, @Nullable Object> fields = check.document();
    fields.remove("report");
    return fields;
  }

  private static Map<String, @Nullable Object> fields(StoredRun run) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", run.runId());
    fields.put("status", run.status());
    fields.put("level", run.level());
    fields.put("scope", run.scope());
    fields.put("started", run.started().toString());
    fields.put("finished", run.finished().map(Instant::toString).orElse(null));
    fields.put("findings", run.findings());
    return fields;
  }

  private void start(Exchange exchange) {
    JsonNode body = exchange.document();
    body.propertyNames().stream()
        .filter(name -> !KEYS.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw invalid("A check has no `" + name + "`.");
            });
    String level = text(body, "level").orElse(Level.FOOTER.text());
    CheckRun check =
        checks.start(
            Level.of(level).orElseThrow(() -> invalid("There is no level `" + level + "`.")),
            scope(text(body, "schema"), text(body, "table")),
            seconds(body, "within_seconds"),
            seconds(body, "budget_seconds"),
            exchange.caller().name());
    exchange.answerHeader("Location", "/api/v1/integrity/checks/" + check.id());
    exchange.json(202, check.document());
  }

  private static Scope scope(Optional<String> schema, Optional<String> table) {
    if (table.isPresent() && schema.isEmpty()) {
      throw invalid("There is a `table` and no `schema`.");
    }
    return new Scope(schema, table, Optional.empty());
  }

  private static Optional<String> text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString() || value.asString().isBlank()) {
      throw invalid("`" + name + "` is no text.");
    }
    return Optional.of(value.asString());
  }

  private static Optional<Duration> seconds(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
      throw invalid("`" + name + "` is no whole number of at least 1.");
    }
    return Optional.of(Duration.ofSeconds(value.asInt()));
  }

  private static TarnException invalid(String what) {
    return new TarnException(
        ErrorCode.REQUEST_INVALID, what, "The contract at /docs says what a check may have.");
  }

  private CheckRun find(Exchange exchange) {
    return checks
        .find(exchange.parameter("id"))
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.REQUEST_NOT_FOUND,
                    "There is no such check since the service was started.",
                    "`GET /api/v1/integrity/checks` lists all that the lake remembers."));
  }

  private void check(Exchange exchange) {
    exchange.json(200, find(exchange).document());
  }

  private void cancel(Exchange exchange) {
    CheckRun check = find(exchange);
    check.cancel();
    exchange.json(202, check.document());
  }

  /**
   * Server-sent events, from the first or from where the client lost the stream; how far the check
   * is comes in between, once a second.
   */
  private void events(Exchange exchange) throws IOException, InterruptedException {
    CheckRun check = find(exchange);
    int last =
        exchange
            .header("Last-Event-ID")
            .filter(text -> text.matches("\\d{1,8}"))
            .map(Integer::valueOf)
            .orElse(0);
    try (OutputStream out = exchange.stream("text/event-stream")) {
      boolean ended;
      do {
        ended = check.hasEnded();
        List<CheckEvent> news = check.eventsAfter(last, BEAT);
        for (CheckEvent event : news) {
          out.write(text(event));
          last = event.number();
        }
        if (!ended) {
          out.write(
              "event: progress\ndata: %s\n\n"
                  .formatted(Json.line(check.progress()))
                  .getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
      } while (!ended);
    }
  }

  private static byte[] text(CheckEvent event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("time", event.time().toString());
    fields.putAll(event.fields());
    return "id: %d\nevent: %s\ndata: %s\n\n"
        .formatted(event.number(), event.type(), Json.line(fields))
        .getBytes(StandardCharsets.UTF_8);
  }

  private void findings(Exchange exchange) {
    Optional<String> code = exchange.query("code");
    List<StoredFinding> shown =
        checks.history().open().stream()
            .filter(each -> code.isEmpty() || each.code().equals(code.get()))
            .toList();
    Pagination.answer(exchange, shown, StoredFinding::id, IntegrityRoutes::fields);
  }

  private StoredFinding stored(Exchange exchange) {
    return checks
        .history()
        .finding(exchange.parameter("id"))
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.REQUEST_NOT_FOUND,
                    "There is no such finding.",
                    "`GET /api/v1/integrity/findings` lists those that are open."));
  }

  private void finding(Exchange exchange) {
    exchange.json(200, fields(stored(exchange)));
  }

  /** By hand; the next check that meets it opens it anew. */
  private void resolve(Exchange exchange) {
    StoredFinding finding = stored(exchange);
    checks.history().resolve(finding.id(), exchange.caller().name());
    exchange.json(200, fields(stored(exchange)));
  }

  private static Map<String, @Nullable Object> fields(StoredFinding finding) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", finding.id());
    fields.put("code", finding.code());
    fields.put("severity", finding.severity());
    fields.put("path", finding.path().orElse(null));
    fields.put("schema", finding.schema().orElse(null));
    fields.put("table", finding.table().orElse(null));
    fields.put("subject", finding.subject());
    fields.put("detail", finding.detail());
    fields.put("remedy", finding.remedy());
    fields.put("opened", finding.opened().toString());
    fields.put("seen", finding.seen().toString());
    fields.put("resolved", finding.resolved().map(Instant::toString).orElse(null));
    return fields;
  }
}
