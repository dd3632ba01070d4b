package tarn.assets.check;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.TableName;

/**
 * A table whose checks run, as the session's transaction sees it.
 *
 * @param types by the folded name of the column
 */
record CheckedTable(AssetKey key, TableName name, Map<String, String> types) {

  static CheckedTable of(Session session, AssetKey key, TableName name) {
    Map<String, String> types = new LinkedHashMap<>();
    session.query(
        "DESCRIBE " + name.quoted(),
        row ->
            types.put(
                Objects.requireNonNull(row.getString(1)).toLowerCase(Locale.ROOT),
                Objects.requireNonNull(row.getString(2))));
    return new CheckedTable(key, name, types);
  }

  /** The column's type, or an error that names the check which asks for it. */
  String type(Check check, String column) {
    String type = types.get(column.toLowerCase(Locale.ROOT));
    if (type == null) {
      throw new TarnException(
          ErrorCode.ASSET_HEADER_INVALID,
          "Check `%s` of %s names column `%s`, which the table lacks%s"
              .formatted(check.name(), key, column, Nearest.hint(column, types.keySet())),
          "Its columns are: " + String.join(", ", types.keySet()) + ".");
    }
    return type;
  }
}
