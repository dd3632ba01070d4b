package tarn.integrity.catalog;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tarn.lake.Session;

/**
 * A column of a table during some snapshots.
 *
 * @param type as the catalog names it, such as {@code int64} or {@code struct}
 * @param parent the column that it is nested in
 */
public record ColumnRecord(
    long id,
    long beginSnapshot,
    Optional<Long> endSnapshot,
    String name,
    String type,
    Optional<Long> parent) {

  public boolean existsAt(long snapshot) {
    return beginSnapshot <= snapshot && endSnapshot.map(end -> end > snapshot).orElse(true);
  }

  /** Whether it only groups others. */
  public boolean isNested() {
    return type.equals("struct") || type.equals("list") || type.equals("map");
  }

  /** Every column that a table ever had, as far as the catalog remembers. */
  public static List<ColumnRecord> ofTable(Session session, long table) {
    return session.query(
        "SELECT column_id, begin_snapshot, end_snapshot, column_name, column_type, parent_column"
            + " FROM "
            + Workspace.COLUMNS
            + " WHERE table_id = ? ORDER BY column_id, begin_snapshot",
        row -> {
          long end = row.getLong(3);
          boolean open = row.wasNull();
          long parent = row.getLong(6);
          boolean top = row.wasNull();
          return new ColumnRecord(
              row.getLong(1),
              row.getLong(2),
              open ? Optional.empty() : Optional.of(end),
              Objects.requireNonNull(row.getString(4)),
              Objects.requireNonNull(row.getString(5)),
              top ? Optional.empty() : Optional.of(parent));
        },
        table);
  }
}
