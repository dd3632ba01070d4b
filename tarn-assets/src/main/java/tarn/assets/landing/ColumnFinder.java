package tarn.assets.landing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tarn.assets.AssetKey;
import tarn.assets.landing.LandingSource.Column;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Lake;
import tarn.lake.Session;

/** Finds out which columns files are to be read into. */
final class ColumnFinder {
  private ColumnFinder() {}

  /** The declared columns, with their types as the engine calls them. */
  static Expected declared(Session session, AssetKey key, List<Column> columns) {
    List<Column> known = new ArrayList<>();
    for (Column column : columns) {
      if (Expected.traces(column.name())) {
        throw new TarnException(
            ErrorCode.LANDING_INVALID,
            "The source " + key + " declares `" + column.name() + "`, which Tarn itself fills.",
            "Take it out of `columns`, or give it another name.");
      }
      known.add(new Column(column.name(), type(session, key, column), column.presence()));
    }
    return new Expected(known);
  }

  private static String type(Session session, AssetKey key, Column column) {
    try {
      String type =
          session
              .queryFirst(
                  "SELECT typeof(CAST(NULL AS " + column.type() + "))",
                  row -> Objects.requireNonNull(row.getString(1)))
              .orElseThrow();
      // What the lake keeps such an integer as: a value that does not fit it is malformed.
      return type.equals("HUGEINT") || type.equals("UHUGEINT") ? "DECIMAL(38,0)" : type;
    } catch (TarnException e) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "The column `%s` of %s has the type `%s`, which the engine does not know."
              .formatted(column.name(), key, column.type()),
          "Write a type as in SQL, such as VARCHAR, BIGINT, DATE or DECIMAL(10,2).",
          e);
    }
  }

  /** The columns of an asset's table, without those that trace a row; none without a table. */
  static List<Column> ofTable(Session session, AssetKey key) {
    return session
        .query(
            """
            SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ? \
            AND lower(schema_name) = lower(?) AND lower(table_name) = lower(?) \
            ORDER BY column_index""",
            row ->
                new Column(
                    Objects.requireNonNull(row.getString(1)),
                    Objects.requireNonNull(row.getString(2))),
            Lake.NAME,
            key.table().schema(),
            key.table().table())
        .stream()
        .filter(column -> !Expected.traces(column.name()))
        .toList();
  }

  /** The columns of a SELECT. */
  static List<Column> ofQuery(Session session, String query) {
    return session.query(
        "DESCRIBE " + query,
        row ->
            new Column(
                Objects.requireNonNull(row.getString(1)),
                Objects.requireNonNull(row.getString(2))));
  }

  /** Columns of both, the first ones winning; case makes no difference. */
  static List<Column> merged(List<Column> first, List<Column> second) {
    Map<String, Column> columns = new LinkedHashMap<>();
    first.forEach(column -> columns.putIfAbsent(column.name().toLowerCase(Locale.ROOT), column));
    second.forEach(column -> columns.putIfAbsent(column.name().toLowerCase(Locale.ROOT), column));
    return List.copyOf(columns.values());
  }

  static boolean holds(List<Column> columns, String name) {
    return columns.stream().anyMatch(column -> column.name().equalsIgnoreCase(name));
  }
}
