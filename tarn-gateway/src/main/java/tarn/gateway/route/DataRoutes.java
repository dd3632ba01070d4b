package tarn.gateway.route;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Route;
import tarn.gateway.sandbox.Guard;
import tarn.gateway.sandbox.ResultType;
import tarn.gateway.sandbox.ResultWriter;
import tarn.gateway.sandbox.Sandboxes;
import tarn.lake.AsOf;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.station.ServeSettings.QueryLimits;
import tools.jackson.databind.JsonNode;

/** A table's rows, page by page, without SQL. */
public final class DataRoutes {
  private static final long USUAL_PAGE = 100;
  private static final long LARGEST_PAGE = 10_000;
  private static final Map<String, String> OPERATORS =
      Map.of(
          "eq", "=",
          "ne", "<>",
          "lt", "<",
          "le", "<=",
          "gt", ">",
          "ge", ">=",
          "like", "LIKE");

  private final Sandboxes sandboxes;
  private final QueryLimits limits;

  public DataRoutes(Sandboxes sandboxes, QueryLimits limits) {
    this.sandboxes = sandboxes;
    this.limits = limits;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", "/api/v1/data/{schema}/{table}", Permission.READ, this::page));
  }

  /** Where a page begins: pages of one walk are of one snapshot, so none repeats or lacks a row. */
  private record Cursor(long snapshot, long offset) {
    String text() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((snapshot + ":" + offset).getBytes(StandardCharsets.US_ASCII));
    }

    static Cursor of(String text) {
      try {
        String[] parts =
            new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII)
                .split(":", -1);
        if (parts.length == 2 && parts[0].matches("\\d{1,18}") && parts[1].matches("\\d{1,18}")) {
          return new Cursor(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }
      } catch (IllegalArgumentException e) {
        // The same message serves both.
      }
      throw invalid("`cursor` is none that this service gave");
    }
  }

  private void page(Exchange exchange) throws IOException {
    TableName table = new TableName(exchange.parameter("schema"), exchange.parameter("table"));
    long limit = exchange.queryNumber("limit", 1, LARGEST_PAGE).orElse(USUAL_PAGE);
    Optional<Cursor> cursor = exchange.query("cursor").map(Cursor::of);
    Optional<AsOf> asOf =
        cursor
            .<AsOf>map(known -> new AsOf.Version(known.snapshot))
            .or(
                () ->
                    exchange.queryNumber("snapshot", 0, Long.MAX_VALUE / 2).map(AsOf.Version::new));
    long offset = cursor.map(Cursor::offset).orElse(0L);
    String sql = sql(exchange, table, limit + 1, offset);
    QueryLimits own = exchange.caller().limits().over(limits);
    try (Sandboxes.Admitted query = sandboxes.admit(exchange.caller(), sql, asOf);
        Guard guard = Guard.watch(query.session(), own.seconds(), () -> true)) {
      exchange.touches(table.toString());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        new ResultWriter(query.session(), query.results(), limit + 1, own.bytes(), _ -> out)
            .write(query.sql(), ResultType.JSON);
      } catch (TarnException e) {
        throw guard.explain(e);
      }
      long snapshot =
          asOf.map(moment -> moment instanceof AsOf.Version(long id) ? id : -1L)
              .orElseGet(query::snapshot);
      answer(exchange, out, snapshot, limit, offset);
    }
  }

  private static void answer(
      Exchange exchange, ByteArrayOutputStream rows, long snapshot, long limit, long offset) {
    JsonNode all = Json.mapper().readTree(rows.toByteArray());
    List<JsonNode> items = new ArrayList<>();
    all.forEach(items::add);
    boolean more = items.size() > limit;
    List<JsonNode> shown = more ? items.subList(0, (int) limit) : items;
    exchange.rows(shown.size());
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("snapshot", snapshot);
    document.put("items", shown);
    document.put("next", more ? new Cursor(snapshot, offset + limit).text() : null);
    exchange.json(200, document);
  }

  private static String sql(Exchange exchange, TableName table, long limit, long offset) {
    String columns =
        exchange
            .query("columns")
            .map(
                text ->
                    Stream.of(text.split(",", -1))
                        .map(Sql::identifier)
                        .collect(Collectors.joining(", ")))
            .orElse("*");
    List<String> conditions = exchange.queries("filter").stream().map(DataRoutes::filter).toList();
    List<String> order = new ArrayList<>();
    exchange
        .query("order")
        .ifPresent(
            text -> Stream.of(text.split(",", -1)).map(DataRoutes::order).forEach(order::add));
    // Rows that are alike in what they are ordered by need an order too, or pages would overlap.
    order.add("hash(__row)");
    return "SELECT %s FROM %s.%s AS __row%s ORDER BY %s LIMIT %d OFFSET %d"
        .formatted(
            columns,
            Sql.identifier(table.schema()),
            Sql.identifier(table.table()),
            conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions),
            String.join(", ", order),
            limit,
            offset);
  }

  private static String order(String text) {
    return text.startsWith("-")
        ? Sql.identifier(text.substring(1)) + " DESC NULLS LAST"
        : Sql.identifier(text) + " NULLS LAST";
  }

  /** {@code column:operator:value}. */
  private static String filter(String text) {
    String[] parts = text.split(":", 3);
    String column = Sql.identifier(parts[0]);
    String operator = parts.length > 1 ? parts[1] : "";
    if (operator.equals("null") || operator.equals("notnull")) {
      return column + (operator.equals("null") ? " IS NULL" : " IS NOT NULL");
    }
    if (parts.length == 3 && operator.equals("in")) {
      return column
          + " IN ("
          + Stream.of(parts[2].split(",", -1)).map(Sql::literal).collect(Collectors.joining(", "))
          + ")";
    }
    String sign = OPERATORS.get(operator);
    if (parts.length < 3 || sign == null) {
      throw invalid("`filter` is not `column:operator:value`");
    }
    return column + " " + sign + " " + Sql.literal(parts[2]);
  }

  private static TarnException invalid(String what) {
    return new TarnException(
        ErrorCode.REQUEST_INVALID,
        "The page cannot be read: " + what + ".",
        "The operators are eq, ne, lt, le, gt, ge, like, in, null and notnull.");
  }
}
