package tarn.gateway.route;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Permission;
import tarn.gateway.access.Role;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Route;
import tarn.gateway.ingest.Deliveries;
import tarn.gateway.ingest.Delivery;
import tarn.gateway.omop.CommonDataModel;
import tarn.lake.TableName;

/** Deliveries: accepted at once, landed afterwards. */
public final class IngestRoutes {
  /** Reader options that a sender may set. */
  private static final List<String> OPTIONS =
      List.of("delim", "quote", "escape", "encoding", "dateformat", "timestampformat", "nullstr");

  private static final List<String> FHIR_TYPES =
      List.of(
          "application/fhir+json",
          "application/json",
          "application/fhir+ndjson",
          "application/x-ndjson",
          "application/jsonl");

  private static final String ALL_TABLES = "*";
  private static final String OMOP = "omop";

  private static final int LONGEST_KEY = 200;

  private final Deliveries deliveries;

  public IngestRoutes(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  public List<Route> routes() {
    return List.of(
        Route.of("POST", "/api/v1/ingest/{schema}/{table}", Permission.INGEST, this::accept),
        Route.of("POST", "/api/v1/ingest/fhir", Permission.INGEST, this::acceptFhir),
        Route.of("GET", "/api/v1/ingest/{id}", Permission.INGEST, this::find));
  }

  private void accept(Exchange exchange) throws IOException {
    TableName table = new TableName(exchange.parameter("schema"), exchange.parameter("table"));
    exchange.caller().requireWrite(table);
    exchange.touches(table.toString());
    Map<String, String> options = new HashMap<>();
    OPTIONS.forEach(name -> exchange.query(name).ifPresent(value -> options.put(name, value)));
    answer(
        exchange,
        deliveries.accept(
            announced(exchange, table, options, model(exchange, table)), exchange.body()));
  }

  private void acceptFhir(Exchange exchange) throws IOException {
    String type =
        exchange
            .header("Content-Type")
            .orElse("")
            .split(";", 2)[0]
            .strip()
            .toLowerCase(Locale.ROOT);
    if (!FHIR_TYPES.contains(type)) {
      throw new TarnException(
          ErrorCode.REQUEST_MEDIA_TYPE,
          "FHIR resources cannot be `" + type + "`.",
          "They may be " + String.join(", ", FHIR_TYPES) + ".");
    }
    String schema = exchange.query("schema").filter(name -> !name.isBlank()).orElse("fhir");
    answer(
        exchange,
        deliveries.acceptFhir(
            announced(exchange, new TableName(schema, ALL_TABLES), Map.of(), Optional.empty()),
            table -> {
              exchange.caller().requireWrite(table);
              exchange.touches(table.toString());
            },
            exchange.body()));
  }

  private static Deliveries.Announced announced(
      Exchange exchange, TableName table, Map<String, String> options, Optional<String> model) {
    Optional<String> key = exchange.header("Idempotency-Key");
    if (key.filter(text -> text.isBlank() || text.length() > LONGEST_KEY).isPresent()) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "`Idempotency-Key` is empty or longer than " + LONGEST_KEY + " characters.",
          "Mend it.");
    }
    return new Deliveries.Announced(
        table,
        exchange.caller().id(),
        exchange.header("Content-Type"),
        exchange.header("Content-Encoding"),
        exchange.header("Content-Digest").or(() -> exchange.header("X-Checksum-Sha256")),
        key,
        options,
        model);
  }

  /** The schema {@code omop} is the model's; others follow it when they are asked to. */
  private static Optional<String> model(Exchange exchange, TableName table) {
    Optional<String> model =
        exchange
            .query("model")
            .or(
                () ->
                    table.schema().equalsIgnoreCase(OMOP)
                        ? Optional.of(CommonDataModel.NAME)
                        : Optional.empty());
    if (model.isEmpty()) {
      return model;
    }
    if (!model.get().equals(CommonDataModel.NAME)) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "There is no model `" + model.get() + "`.",
          "There is " + CommonDataModel.NAME + ".");
    }
    if (CommonDataModel.fields(table.table()).isEmpty()) {
      throw new TarnException(
          ErrorCode.REQUEST_CONFLICT,
          "The OMOP common data model 5.4 has no table `%s`%s"
              .formatted(table.table(), Nearest.hint(table.table(), CommonDataModel.tables())),
          "Send it to a table of the model, or to another schema.");
    }
    return model;
  }

  private static void answer(Exchange exchange, Delivery delivery) {
    exchange.answerHeader("Location", "/api/v1/ingest/" + delivery.id());
    exchange.json(202, delivery.document());
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
