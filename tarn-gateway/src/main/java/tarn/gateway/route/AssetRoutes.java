package tarn.gateway.route;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.graph.AssetGraph;
import tarn.assets.run.Rerun;
import tarn.assets.status.AssetStatus;
import tarn.assets.status.LastMaterialization;
import tarn.assets.status.StatusReader;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Pagination;
import tarn.gateway.http.Route;
import tarn.gateway.run.Run;
import tarn.gateway.run.Runs;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;
import tools.jackson.databind.JsonNode;

/** The station's assets: what they are, how they stand, and how to bring them up to date. */
public final class AssetRoutes {
  private static final int RECENT = 20;

  private final Lake lake;
  private final Station station;
  private final Runs runs;

  public AssetRoutes(Lake lake, Station station, Runs runs) {
    this.lake = lake;
    this.station = station;
    this.runs = runs;
  }

  public List<Route> routes() {
    return List.of(
        Route.of("GET", "/api/v1/assets", Permission.READ, this::assets),
        Route.of("GET", "/api/v1/assets/{key}", Permission.READ, this::asset),
        Route.of(
            "POST", "/api/v1/assets/{key}/materialize", Permission.OPERATE, this::materialize));
  }

  static boolean shows(Caller caller, AssetKey key) {
    return caller.grants().show(key.table(), caller.role());
  }

  /** An asset that is there and that the caller may see. */
  static AssetKey key(Exchange exchange, AssetGraph graph) {
    String text = exchange.parameter("key");
    return graph.keys().stream()
        .filter(key -> key.toString().equals(text))
        .filter(key -> shows(exchange.caller(), key))
        .findFirst()
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.REQUEST_NOT_FOUND,
                    "The key shows no asset `" + text + "`.",
                    "`GET /api/v1/assets` lists those that it shows."));
  }

  private void assets(Exchange exchange) {
    AssetGraph graph = runs.graph();
    try (Session session = lake.session()) {
      List<AssetKey> keys =
          graph.keys().stream().filter(key -> shows(exchange.caller(), key)).toList();
      List<AssetStatus> all =
          new StatusReader(session, station.folder(), Instant.now()).of(graph, keys);
      Pagination.answer(
          exchange,
          all,
          status -> status.definition().key().toString(),
          status -> fields(exchange.caller(), graph, status));
    }
  }

  private static Map<String, @Nullable Object> fields(
      Caller caller, AssetGraph graph, AssetStatus status) {
    AssetDefinition asset = status.definition();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("key", asset.key().toString());
    fields.put("table", asset.key().table().toString());
    fields.put("description", asset.description());
    fields.put("kinds", asset.kinds().stream().sorted().toList());
    fields.put("group", asset.group());
    fields.put("owners", asset.owners());
    fields.put("tags", asset.tags());
    fields.put("dependencies", texts(caller, asset.dependencies()));
    fields.put("dependents", texts(caller, graph.downstream(asset.key())));
    fields.put("state", status.condition().word());
    fields.put("last_materialization", status.last().map(AssetRoutes::fields).orElse(null));
    return fields;
  }

  private static List<String> texts(Caller caller, SortedSet<AssetKey> keys) {
    return keys.stream().filter(key -> shows(caller, key)).map(AssetKey::toString).toList();
  }

  private static Map<String, @Nullable Object> fields(LastMaterialization last) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("time", last.finished().toString());
    fields.put("snapshot", last.snapshot());
    fields.put("rows", last.rows());
    fields.put("run_id", last.runId());
    fields.put("code_version", last.codeVersion());
    fields.put("data_version", last.dataVersion().orElse(null));
    return fields;
  }

  private void asset(Exchange exchange) {
    AssetGraph graph = runs.graph();
    AssetKey key = key(exchange, graph);
    AssetDefinition asset = graph.definition(key);
    try (Session session = lake.session()) {
      AssetStatus status =
          new StatusReader(session, station.folder(), Instant.now())
              .of(graph, List.of(key))
              .getFirst();
      Map<String, @Nullable Object> document = fields(exchange.caller(), graph, status);
      document.put("definition", definition(asset));
      document.put("materializations", history(session, key));
      document.put("checks", checks(session, key));
      exchange.json(200, document);
    }
  }

  private static Map<String, @Nullable Object> definition(AssetDefinition asset) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("file", asset.definedIn().toString());
    fields.put("code_version", asset.codeVersion());
    fields.put("query", asset.body() instanceof AssetBody.SqlQuery(String query) ? query : null);
    fields.put("partitioned_by", asset.partitionedBy());
    fields.put("checks", asset.checks().stream().map(Check::name).toList());
    fields.put("columns", asset.columnDescriptions());
    return fields;
  }

  private static List<Map<String, @Nullable Object>> history(Session session, AssetKey key) {
    return exists(session, "materializations")
        ? session.query(
            """
            SELECT run_id, outcome, finished_at::VARCHAR, snapshot_id, row_count, rows_written
            FROM %s._tarn.materializations WHERE asset_key = ?
            ORDER BY snapshot_id DESC, finished_at DESC LIMIT %d"""
                .formatted(Lake.NAME, RECENT),
            row -> {
              Map<String, @Nullable Object> fields = new LinkedHashMap<>();
              fields.put("run_id", row.getString(1));
              fields.put("outcome", row.getString(2));
              fields.put("time", row.getString(3));
              fields.put("snapshot", row.getLong(4));
              fields.put("rows", row.getLong(5));
              fields.put("rows_written", row.getLong(6));
              return fields;
            },
            key.toString())
        : List.of();
  }

  private static List<Map<String, @Nullable Object>> checks(Session session, AssetKey key) {
    return exists(session, "check_results")
        ? session.query(
            """
            SELECT check_name, passed, severity, run_id
            FROM %s._tarn.check_results WHERE asset_key = ?
            QUALIFY row_number() OVER (PARTITION BY check_name ORDER BY run_id DESC) = 1
            ORDER BY check_name"""
                .formatted(Lake.NAME),
            row -> {
              Map<String, @Nullable Object> fields = new LinkedHashMap<>();
              fields.put("name", row.getString(1));
              fields.put("passed", row.getBoolean(2));
              fields.put("severity", row.getString(3));
              fields.put("run_id", row.getString(4));
              return fields;
            },
            key.toString())
        : List.of();
  }

  private static boolean exists(Session session, String table) {
    return session
        .queryFirst(
            "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND schema_name = '_tarn'"
                + " AND table_name = ?",
            row -> row.getInt(1),
            Lake.NAME,
            table)
        .isPresent();
  }

  private void materialize(Exchange exchange) {
    JsonNode body = exchange.document();
    AssetGraph graph = runs.graph();
    AssetKey key = key(exchange, graph);
    SortedSet<AssetKey> selected = new TreeSet<>(List.of(key));
    if (body.path("upstream").asBoolean(false)) {
      selected.addAll(graph.withUpstream(List.of(key), AssetGraph.ALL_THE_WAY));
    }
    Optional<AssetKey> hidden =
        selected.stream().filter(each -> !shows(exchange.caller(), each)).findFirst();
    if (hidden.isPresent()) {
      throw new TarnException(
          ErrorCode.ACCESS_DENIED,
          "The asset is made from some that the key does not show.",
          "Materialize it without `upstream`, or use another key.");
    }
    selected.forEach(each -> exchange.touches(each.table().toString()));
    Rerun rerun = body.path("full").asBoolean(false) ? Rerun.EVERYTHING : Rerun.WHAT_CHANGED;
    Run run = runs.start(graph, selected, rerun, exchange.caller().name());
    exchange.answerHeader("Location", "/api/v1/runs/" + run.id());
    exchange.json(202, run.document());
  }
}
