package tarn.gateway.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.assets.graph.AssetGraph;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Route;
import tarn.gateway.lineage.AssetColumns;
import tarn.gateway.lineage.ColumnLineage;
import tarn.gateway.lineage.ColumnSource;
import tarn.gateway.run.Runs;
import tarn.lake.Lake;
import tarn.lake.Session;

/** What an asset is made from, table by table and column by column. */
public final class LineageRoutes {
  private final Lake lake;
  private final Runs runs;

  public LineageRoutes(Lake lake, Runs runs) {
    this.lake = lake;
    this.runs = runs;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", "/api/v1/lineage/{key}", Permission.READ, this::lineage));
  }

  private void lineage(Exchange exchange) {
    AssetGraph graph = runs.graph();
    AssetKey key = AssetRoutes.key(exchange, graph);
    int depth = exchange.queryNumber("depth", 1, 1000).orElse(1000L).intValue();
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("key", key.toString());
    document.put(
        "upstream", edges(exchange.caller(), graph, graph.withUpstream(List.of(key), depth)));
    document.put(
        "downstream", edges(exchange.caller(), graph, graph.withDownstream(List.of(key), depth)));
    document.put("columns", columns(exchange.caller(), graph, key).orElse(null));
    exchange.json(200, document);
  }

  /** Between assets of the set that the caller may see. */
  private static List<Map<String, String>> edges(
      Caller caller, AssetGraph graph, SortedSet<AssetKey> keys) {
    List<Map<String, String>> edges = new ArrayList<>();
    for (AssetKey to : keys) {
      for (AssetKey from : graph.upstream(to)) {
        if (keys.contains(from)
            && AssetRoutes.shows(caller, from)
            && AssetRoutes.shows(caller, to)) {
          Map<String, String> edge = new LinkedHashMap<>();
          edge.put("from", from.toString());
          edge.put("to", to.toString());
          edges.add(edge);
        }
      }
    }
    return edges;
  }

  private Optional<Map<String, @Nullable Object>> columns(
      Caller caller, AssetGraph graph, AssetKey key) {
    try (Session session = lake.session()) {
      return AssetColumns.of(session, graph, key).map(result -> fields(caller, result));
    }
  }

  private static Map<String, @Nullable Object> fields(Caller caller, ColumnLineage.Result result) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("exact", result.exact());
    Map<String, Object> list = new LinkedHashMap<>();
    result
        .columns()
        .forEach(
            (column, sources) ->
                list.put(
                    column,
                    sources.stream()
                        .filter(source -> caller.grants().show(source.table(), caller.role()))
                        .map(LineageRoutes::fields)
                        .toList()));
    fields.put("columns", list);
    return fields;
  }

  private static Map<String, String> fields(ColumnSource source) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("table", source.table().toString());
    fields.put("column", source.column());
    return fields;
  }
}
