package tarn.gateway.route;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.access.Permission;
import tarn.gateway.http.ClientPresence;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Route;
import tarn.gateway.sandbox.Guard;
import tarn.gateway.sandbox.ResultType;
import tarn.gateway.sandbox.ResultWriter;
import tarn.gateway.sandbox.Sandboxes;
import tarn.gateway.trace.Part;
import tarn.gateway.trace.Tracing;
import tarn.lake.AsOf;
import tarn.station.ServeSettings.QueryLimits;
import tools.jackson.databind.JsonNode;

/** Queries in a sandbox. */
public final class QueryRoutes {
  private static final Set<String> FIELDS = Set.of("sql", "snapshot", "at");

  private final Sandboxes sandboxes;
  private final QueryLimits limits;
  private final IntSupplier port;
  private final Tracing tracing;

  /**
   * @param port the service's own
   */
  public QueryRoutes(Sandboxes sandboxes, QueryLimits limits, IntSupplier port, Tracing tracing) {
    this.sandboxes = sandboxes;
    this.limits = limits;
    this.port = port;
    this.tracing = tracing;
  }

  public List<Route> routes() {
    return List.of(Route.of("POST", "/api/v1/query", Permission.READ, this::query));
  }

  private void query(Exchange exchange) throws IOException {
    ResultType type = accepted(exchange);
    JsonNode body = exchange.document();
    Optional<String> unknown =
        body.propertyNames().stream().filter(name -> !FIELDS.contains(name)).findFirst();
    if (unknown.isPresent()) {
      throw invalid("`" + unknown.get() + "` is no field of a query");
    }
    if (!body.path("sql").isString() || body.path("sql").asString().isBlank()) {
      throw invalid("`sql` is missing");
    }
    run(exchange, body.path("sql").asString(), asOf(body), type);
  }

  private void run(Exchange exchange, String sql, Optional<AsOf> asOf, ResultType type)
      throws IOException {
    QueryLimits own = exchange.caller().limits().over(limits);
    try (Part _ = tracing.begin("query");
        Sandboxes.Admitted query = sandboxes.admit(exchange.caller(), sql, asOf);
        Guard guard =
            Guard.watch(
                query.session(),
                own.seconds(),
                () -> ClientPresence.isThere(port.getAsInt(), exchange.clientPort()))) {
      query.tables().forEach(table -> exchange.touches(table.toString()));
      try {
        exchange.rows(
            new ResultWriter(
                    query.session(), query.results(), own.rows(), own.bytes(), exchange::stream)
                .write(query.sql(), type));
      } catch (TarnException e) {
        throw guard.explain(e);
      }
    }
  }

  static ResultType accepted(Exchange exchange) {
    return ResultType.of(exchange.header("Accept").orElse("*/*"))
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.REQUEST_NOT_ACCEPTABLE,
                    "`Accept` names no format that a result can have.",
                    "Ask for one of " + String.join(", ", ResultType.mediaTypes()) + "."));
  }

  static Optional<AsOf> asOf(JsonNode body) {
    JsonNode snapshot = body.path("snapshot");
    JsonNode time = body.path("at");
    boolean both = !snapshot.isMissingNode() && !time.isMissingNode();
    if (both) {
      throw invalid("`snapshot` and `at` are both there");
    }
    if (snapshot.isIntegralNumber() && snapshot.canConvertToLong() && snapshot.asLong() >= 0) {
      return Optional.of(new AsOf.Version(snapshot.asLong()));
    }
    if (!snapshot.isMissingNode()) {
      throw invalid("`snapshot` is no snapshot's number");
    }
    if (time.isMissingNode()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new AsOf.Time(OffsetDateTime.parse(time.asString("")).toInstant()));
    } catch (DateTimeException e) {
      throw invalid("`at` is no time such as 2026-05-04T13:00:00Z");
    }
  }

  private static TarnException invalid(String what) {
    return new TarnException(
        ErrorCode.REQUEST_INVALID, "The query cannot be read: " + what + ".", "Mend the request.");
  }
}
