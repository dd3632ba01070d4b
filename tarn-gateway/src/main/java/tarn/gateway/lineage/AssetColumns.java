package tarn.gateway.lineage;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetBody;
import tarn.assets.graph.AssetGraph;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.Tables;

/** Which columns the columns of an asset are made from. */
public final class AssetColumns {
  private AssetColumns() {}

  /** Nothing for an asset that is no query, or that reads what is not there yet. */
  public static Optional<ColumnLineage.Result> of(Session session, AssetGraph graph, AssetKey key) {
    if (!(graph.definition(key).body() instanceof AssetBody.SqlQuery(String query))) {
      return Optional.empty();
    }
    Map<TableName, Map<String, String>> tables = new LinkedHashMap<>();
    for (AssetKey input : graph.upstream(key)) {
      Tables.find(session, input.table())
          .ifPresent(
              state -> {
                Map<String, String> types = new LinkedHashMap<>();
                state.columns().forEach(column -> types.put(column.name(), column.type()));
                tables.put(state.name(), types);
              });
    }
    try {
      return Optional.of(ColumnLineage.of(query, tables));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }
}
