package tarn.assets.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;

/** The columns of the lake's tables as they are now. */
public final class LakeColumns {
  private final Map<TableName, List<Column>> columns;

  private LakeColumns(Map<TableName, List<Column>> columns) {
    this.columns = columns;
  }

  /**
   * @param type as the engine names it, such as {@code DECIMAL(10,2)}
   */
  public record Column(String name, String type) {}

  /** Of a lake that cannot be asked, or that there is none of: no table has columns. */
  public static LakeColumns none() {
    return new LakeColumns(Map.of());
  }

  public static LakeColumns of(Session session) {
    record Row(TableName table, Column column) {}
    List<Row> rows =
        session.query(
            "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
                + " WHERE table_catalog = '"
                + Lake.NAME
                + "' ORDER BY table_schema, table_name, ordinal_position",
            row ->
                new Row(
                    lower(new TableName(row.getString(1), row.getString(2))),
                    new Column(row.getString(3), row.getString(4))));
    Map<TableName, List<Column>> columns = new HashMap<>();
    rows.forEach(
        row -> columns.computeIfAbsent(row.table(), _ -> new ArrayList<>()).add(row.column()));
    return new LakeColumns(columns);
  }

  /** In their order; empty when the table is not there. */
  List<Column> of(TableName table) {
    return columns.getOrDefault(lower(table), List.of());
  }

  private static TableName lower(TableName table) {
    return new TableName(
        table.schema().toLowerCase(Locale.ROOT), table.table().toLowerCase(Locale.ROOT));
  }
}
