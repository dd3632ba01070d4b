package tarn.gateway.route;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Permission;
import tarn.gateway.access.Role;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Route;
import tarn.gateway.ingest.Deliveries;
import tarn.gateway.ingest.Delivery;
import tarn.lake.TableName;

/** Deliveries: accepted at once, landed afterwards. */
public final class IngestRoutes {
  /** Reader options that a sender may set. */
  private static final List<String> OPTIONS = List.of("delim", "quote", "escape", "encoding");

  private static final int LONGEST_KEY = 200;

  private final Deliveries deliveries;

  public IngestRoutes(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  public List<Route> routes() {
    return List.of(
        Route.of("POST", "/api/v1/ingest/{schema}/{table}", Permission.INGEST, this::accept),
        Route.of("GET", "/api/v1/ingest/{id}", Permission.INGEST, this::find));
  }

  private void accept(Exchange exchange) throws IOException {
    TableName table = new TableName(exchange.parameter("schema"), exchange.parameter("table"));
    requireGrant(exchange.caller(), table);
    Optional<String> key = exchange.header("Idempotency-Key");
    if (key.filter(text -> text.isBlank() || text.length() > LONGEST_KEY).isPresent()) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "`Idempotency-Key` is empty or longer than " + LONGEST_KEY + " characters.",
          "Mend it.");
    }
    Map<String, String> options = new HashMap<>();
    OPTIONS.forEach(name -> exchange.query(name).ifPresent(value -> options.put(name, value)));
    exchange.touches(table.toString());
    Delivery delivery =
        deliveries.accept(
            new Deliveries.Announced(
                table,
                exchange.caller().id(),
                exchange.header("Content-Type"),
                exchange.header("Content-Encoding"),
                exchange.header("Content-Digest").or(() -> exchange.header("X-Checksum-Sha256")),
                key,
                options),
            exchange.body());
    exchange.answerHeader("Location", "/api/v1/ingest/" + delivery.id());
    exchange.json(202, delivery.document());
  }

  private static void requireGrant(Caller caller, TableName table) {
    boolean whole = caller.grants().of(table).filter(grant -> grant.filter().isEmpty()).isPresent();
    if (!whole || !caller.grants().show(table, caller.role())) {
      throw new TarnException(
          ErrorCode.ACCESS_DENIED,
          "The key may not send to " + table + ".",
          "Use a key with a grant for it.");
    }
  }

  private void find(Exchange exchange) {
    Caller caller = exchange.caller();
    Delivery delivery =
        deliveries
            .find(exchange.parameter("id"))
            .filter(each -> each.who().equals(caller.id()) || caller.role() == Role.ADMIN)
            .orElseThrow(
                () ->
                    new TarnException(
                        ErrorCode.REQUEST_NOT_FOUND,
                        "The key has sent no such delivery.",
                        "Use the number that was answered."));
    exchange.json(200, delivery.document());
  }
}
