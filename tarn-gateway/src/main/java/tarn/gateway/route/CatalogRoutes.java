package tarn.gateway.route;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Grants.Grant;
import tarn.gateway.access.Permission;
import tarn.gateway.catalog.CatalogReader;
import tarn.gateway.catalog.TableEntry;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Pagination;
import tarn.gateway.http.Route;
import tarn.gateway.sandbox.Guard;
import tarn.gateway.sandbox.ResultType;
import tarn.gateway.sandbox.ResultWriter;
import tarn.gateway.sandbox.Sandboxes;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Snapshot;
import tarn.lake.Snapshots;
import tarn.lake.TableName;
import tarn.lake.TableState;
import tarn.lake.Tables;
import tarn.station.ServeSettings.QueryLimits;

/** What tables there are, of what they consist, and how they came to be. */
public final class CatalogRoutes {
  private static final int RECENT = 20;
  private static final int MOST_SNAPSHOTS = 10_000;

  private final Lake lake;
  private final Sandboxes sandboxes;
  private final QueryLimits limits;

  public CatalogRoutes(Lake lake, Sandboxes sandboxes, QueryLimits limits) {
    this.lake = lake;
    this.sandboxes = sandboxes;
    this.limits = limits;
  }

  public List<Route> routes() {
    return List.of(
        Route.of("GET", "/api/v1/catalog/schemas", Permission.READ, this::schemas),
        Route.of("GET", "/api/v1/catalog/tables", Permission.READ, this::tables),
        Route.of("GET", "/api/v1/catalog/tables/{schema}/{table}", Permission.READ, this::table),
        Route.of("GET", "/api/v1/catalog/snapshots", Permission.READ, this::snapshots),
        Route.of("GET", "/api/v1/catalog/changes", Permission.READ, this::changes));
  }

  private List<TableEntry> shown(Session session, Caller caller) {
    return CatalogReader.tables(session).stream()
        .filter(entry -> caller.grants().show(entry.name(), caller.role()))
        .toList();
  }

  private void schemas(Exchange exchange) {
    try (Session session = lake.session()) {
      Map<String, Long> counts =
          shown(session, exchange.caller()).stream()
              .collect(
                  Collectors.groupingBy(
                      entry -> entry.name().schema(), TreeMap::new, Collectors.counting()));
      Pagination.answer(
          exchange,
          List.copyOf(counts.entrySet()),
          Map.Entry::getKey,
          entry -> Map.of("name", entry.getKey(), "tables", entry.getValue()));
    }
  }

  private void tables(Exchange exchange) {
    Optional<String> schema = exchange.query("schema");
    try (Session session = lake.session()) {
      List<TableEntry> entries =
          shown(session, exchange.caller()).stream()
              .filter(entry -> schema.map(entry.name().schema()::equalsIgnoreCase).orElse(true))
              .toList();
      Pagination.answer(
          exchange,
          entries,
          entry -> entry.name().toString(),
          entry -> fields(entry, grant(exchange.caller(), entry.name())));
    }
  }

  private static Grant grant(Caller caller, TableName table) {
    return caller.grants().of(table).orElseThrow();
  }

  /** How many rows there are is not said to whom some are hidden. */
  private static Map<String, @Nullable Object> fields(TableEntry entry, Grant grant) {
    boolean whole = grant.filter().isEmpty();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("schema", entry.name().schema());
    fields.put("table", entry.name().table());
    fields.put("comment", entry.comment().orElse(null));
    fields.put("rows", whole ? entry.rows() : null);
    fields.put("files", entry.files());
    fields.put("delete_files", entry.deleteFiles());
    fields.put("bytes", entry.bytes());
    return fields;
  }

  private void table(Exchange exchange) {
    TableName name = new TableName(exchange.parameter("schema"), exchange.parameter("table"));
    try (Session session = lake.session()) {
      TableEntry entry =
          shown(session, exchange.caller()).stream()
              .filter(each -> each.name().folded().equals(name.folded()))
              .findFirst()
              .orElseThrow(() -> unknown(name));
      exchange.touches(entry.name().toString());
      Grant grant = grant(exchange.caller(), entry.name());
      TableState state = Tables.find(session, entry.name()).orElseThrow(() -> unknown(name));
      Map<String, @Nullable Object> document = fields(entry, grant);
      document.put("columns", columns(session, entry, state, grant));
      document.put("partitioned_by", state.partitionedBy());
      document.put("snapshots", CatalogReader.snapshots(session, entry.id(), RECENT));
      exchange.json(200, document);
    }
  }

  private static List<Map<String, @Nullable Object>> columns(
      Session session, TableEntry entry, TableState state, Grant grant) {
    var statistics = CatalogReader.statistics(session, entry.id());
    Set<String> masked =
        grant.masks().keySet().stream()
            .map(column -> column.toLowerCase(java.util.Locale.ROOT))
            .collect(Collectors.toSet());
    List<Map<String, @Nullable Object>> columns = new ArrayList<>();
    for (TableState.Column column : state.columns()) {
      boolean hidden = masked.contains(column.name().toLowerCase(java.util.Locale.ROOT));
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("name", column.name());
      fields.put("type", column.type());
      fields.put("comment", column.comment().orElse(null));
      fields.put("masked", hidden);
      fields.put(
          "statistics",
          hidden || grant.filter().isPresent() ? null : statistics.get(column.name()));
      columns.add(fields);
    }
    return columns;
  }

  private static TarnException unknown(TableName name) {
    return new TarnException(
        ErrorCode.REQUEST_NOT_FOUND,
        "The key shows no table " + name + ".",
        "`GET /api/v1/catalog/tables` lists those that it shows.");
  }

  private void snapshots(Exchange exchange) {
    try (Session session = lake.session()) {
      Pagination.answer(
          exchange,
          Snapshots.newest(session, MOST_SNAPSHOTS),
          snapshot -> Long.toString(snapshot.id()),
          snapshot -> fields(snapshot, exchange.caller()));
    }
  }

  /** What a snapshot changed names tables, so only who sees all of them is told. */
  private static Map<String, @Nullable Object> fields(Snapshot snapshot, Caller caller) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", snapshot.id());
    fields.put("time", snapshot.time().toString());
    if (caller.grants().unlimited()) {
      fields.put("author", snapshot.author());
      fields.put("message", snapshot.message());
      fields.put("changes", snapshot.changes());
    }
    return fields;
  }

  private void changes(Exchange exchange) throws IOException {
    TableName table = new TableName(required(exchange, "schema"), required(exchange, "table"));
    long from = exchange.queryNumber("from", 0, Long.MAX_VALUE / 2).orElse(0L);
    Optional<Long> to = exchange.queryNumber("to", 0, Long.MAX_VALUE / 2);
    ResultType type = QueryRoutes.accepted(exchange);
    QueryLimits own = exchange.caller().limits().over(limits);
    try (Sandboxes.Admitted feed = sandboxes.admitChanges(exchange.caller(), table, from, to);
        Guard guard = Guard.watch(feed.session(), own.seconds(), () -> true)) {
      exchange.touches(table.toString());
      try {
        exchange.rows(
            new ResultWriter(
                    feed.session(), feed.results(), own.rows(), own.bytes(), exchange::stream)
                .write(feed.sql(), type));
      } catch (TarnException e) {
        throw guard.explain(e);
      }
    }
  }

  private static String required(Exchange exchange, String name) {
    return exchange
        .query(name)
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.REQUEST_INVALID,
                    "The parameter `" + name + "` is missing.",
                    "Name the table by `schema` and `table`."));
  }
}
