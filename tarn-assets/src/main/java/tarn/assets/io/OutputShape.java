package tarn.assets.io;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tarn.assets.AssetKey;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;

/**
 * The columns of an output, each under the type that a table would hold it with.
 *
 * @param select the query they come from
 */
record OutputShape(String select, List<Column> columns) {

  /**
   * @param type what the query yields
   * @param stored what a table holds
   */
  record Column(String name, SqlType type, SqlType stored) {}

  static OutputShape of(Session session, AssetKey key, String select) {
    record Described(String name, String type) {}

    List<Described> described =
        session.query(
            "DESCRIBE (" + select + "\n)",
            row ->
                new Described(
                    Objects.requireNonNull(row.getString(1)),
                    Objects.requireNonNull(row.getString(2))));
    Map<String, String> seen = new HashMap<>();
    for (Described column : described) {
      String other = seen.putIfAbsent(Names.folded(column.name), column.name);
      if (other != null) {
        throw new TarnException(
            ErrorCode.ASSET_QUERY_INVALID,
            "The output of %s has two columns named `%s` and `%s`, which a table cannot tell apart."
                .formatted(key, other, column.name),
            "Give one of them another name with AS.");
      }
    }
    return new OutputShape(
        select,
        described.stream()
            .map(
                column -> {
                  SqlType type = SqlType.parse(column.type);
                  return new Column(column.name, type, new StoredTypes(key, column.name).of(type));
                })
            .toList());
  }
}
