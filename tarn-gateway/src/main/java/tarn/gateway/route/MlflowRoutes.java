package tarn.gateway.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.AddRequest;
import tarn.files.FileService;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Route;
import tarn.gateway.sandbox.Sandboxes;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.lake.Tables;

/**
 * The station as an artifact store of MLflow: its {@code mlflow-artifacts} routes, over one
 * collection. What is there with other bytes is replaced, as MLflow expects; older snapshots show
 * what was there before.
 */
public final class MlflowRoutes {
  private static final String ROOT = "/api/2.0/mlflow-artifacts/artifacts";
  private static final TableName ARTIFACTS = new TableName("mlflow", "artifacts");

  private final FileRoutes routes;
  private final Sandboxes sandboxes;
  private final Lake lake;
  private final FileService files;

  public MlflowRoutes(FileRoutes routes, Sandboxes sandboxes, Lake lake, FileService files) {
    this.routes = routes;
    this.sandboxes = sandboxes;
    this.lake = lake;
    this.files = files;
  }

  public List<Route> routes() {
    return List.of(
        Route.of("GET", ROOT, Permission.READ, this::list),
        Route.of(
            "GET",
            ROOT + "/{key}",
            Permission.READ,
            exchange -> routes.get(exchange, ARTIFACTS, exchange.parameter("key"))),
        Route.of(
            "PUT",
            ROOT + "/{key}",
            Permission.INGEST,
            exchange ->
                routes.add(
                    exchange, ARTIFACTS, exchange.parameter("key"), AddRequest.Damaged.KEEP)),
        Route.of("DELETE", ROOT + "/{key}", Permission.OPERATE, this::remove));
  }

  private record Artifact(String path, long size) {}

  /** What lies in a folder, each file and folder by its own name. */
  private void list(Exchange exchange) {
    String folder = exchange.query("path").map(path -> path.replaceAll("^/+|/+$", "")).orElse("");
    String prefix = folder.isEmpty() ? "" : folder + "/";
    Map<String, Map<String, Object>> found = new TreeMap<>();
    for (Artifact each : below(exchange, prefix)) {
      String name = each.path.substring(prefix.length());
      int slash = name.indexOf('/');
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("path", slash < 0 ? name : name.substring(0, slash));
      entry.put("is_dir", slash >= 0);
      if (slash < 0) {
        entry.put("file_size", each.size);
      }
      found.putIfAbsent(String.valueOf(entry.get("path")), entry);
    }
    exchange.rows(found.size());
    exchange.json(200, Map.of("files", new ArrayList<>(found.values())));
  }

  private List<Artifact> below(Exchange exchange, String prefix) {
    if (!exists()) {
      return List.of();
    }
    String sql =
        "SELECT path, file.size FROM mlflow.artifacts WHERE starts_with(path, %s) ORDER BY path"
            .formatted(Sql.literal(prefix));
    try (Sandboxes.Admitted query = sandboxes.admit(exchange.caller(), sql, Optional.empty())) {
      exchange.touches(ARTIFACTS.toString());
      return query
          .session()
          .query(
              query.sql(), row -> new Artifact(String.valueOf(row.getString(1)), row.getLong(2)));
    }
  }

  private boolean exists() {
    try (Session session = lake.session()) {
      return Tables.find(session, ARTIFACTS).isPresent();
    }
  }

  /** A file, or all that is below a folder. */
  private void remove(Exchange exchange) {
    exchange.caller().requireWrite(ARTIFACTS);
    String path = exchange.parameter("key");
    if (path.matches(".*[*?\\[\\]].*")) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "`" + path + "` would stand for several artifacts.",
          "Remove the folder that it lies in, or use `tarn files rm`.");
    }
    exchange.touches(ARTIFACTS.toString());
    if (exists()) {
      try (Session session = lake.session()) {
        exchange.rows(files.remove(session, ARTIFACTS, List.of(path, path + "/*")).removed());
      }
    }
    exchange.json(200, Map.of());
  }
}
