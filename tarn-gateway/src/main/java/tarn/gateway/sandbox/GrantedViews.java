package tarn.gateway.sandbox;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Grants.Grant;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;

/** The views through which a caller sees the lake at one moment. For one thread at a time. */
final class GrantedViews {
  private final String lake;
  private final String database;
  private final Caller caller;
  private final OwnRecords own;
  private final Set<TableName> made = new HashSet<>();

  /**
   * @param lake the attached copy's name
   * @param database where the views are made
   * @param own what is shown besides the lake's tables
   */
  GrantedViews(String lake, String database, Caller caller, OwnRecords own) {
    this.lake = lake;
    this.database = database;
    this.caller = caller;
    this.own = own;
  }

  private record Column(String name, String type) {}

  /**
   * Makes a table visible.
   *
   * @throws TarnException {@code access.denied} when it is not granted or not there: nobody learns
   *     which of the two
   */
  synchronized void require(Session session, TableName table) {
    if (made.contains(table.folded())) {
      return;
    }
    String select = own.query(table).orElseGet(() -> select(session, table));
    session.execute(
        "CREATE SCHEMA IF NOT EXISTS %s.%s"
            .formatted(Sql.identifier(database), Sql.identifier(table.schema())));
    session.execute(
        "CREATE OR REPLACE VIEW %s.%s.%s AS %s"
            .formatted(
                Sql.identifier(database),
                Sql.identifier(table.schema()),
                Sql.identifier(table.table()),
                select));
    made.add(table.folded());
  }

  private String select(Session session, TableName table) {
    String source =
        "%s.%s.%s"
            .formatted(
                Sql.identifier(lake),
                Sql.identifier(table.schema()),
                Sql.identifier(table.table()));
    return select(table, source, List.of(), granted(session, table));
  }

  /** What changed in a table after one snapshot, up to another, as a query. */
  String changes(Session session, TableName table, long from, long to) {
    Granted granted = granted(session, table);
    String source =
        "ducklake_table_changes(%s, %s, %s, %d, %d)"
            .formatted(
                Sql.literal(lake),
                Sql.literal(table.schema()),
                Sql.literal(table.table()),
                from,
                to);
    return select(table, source, List.of("snapshot_id", "rowid", "change_type"), granted);
  }

  private record Granted(Grant grant, List<Column> columns) {}

  private Granted granted(Session session, TableName table) {
    Optional<Grant> grant =
        caller.grants().of(table).filter(_ -> caller.grants().show(table, caller.role()));
    List<Column> columns = grant.isPresent() ? columns(session, table.folded()) : List.of();
    if (grant.isEmpty() || columns.isEmpty()) {
      throw new TarnException(
          ErrorCode.ACCESS_DENIED,
          "The key `%s` shows no table %s.".formatted(caller.name(), table),
          "`GET /api/v1/catalog/tables` lists those that it shows.");
    }
    return new Granted(grant.get(), columns);
  }

  private List<Column> columns(Session session, TableName folded) {
    return session.query(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ?"
            + " AND lower(schema_name) = ? AND lower(table_name) = ? ORDER BY column_index",
        row -> new Column(text(row.getString(1)), text(row.getString(2))),
        lake,
        folded.schema(),
        folded.table());
  }

  private static String text(@org.jspecify.annotations.Nullable String value) {
    return java.util.Objects.requireNonNull(value);
  }

  /**
   * @param besides columns of the source that are no columns of the table
   */
  private static String select(
      TableName table, String source, List<String> besides, Granted granted) {
    Grant grant = granted.grant;
    List<Column> columns = granted.columns;
    // A limit that is never reached keeps the engine from trying a query's own conditions on rows
    // that the filter hides: an error in one of those would tell about them.
    String rows =
        grant
            .filter()
            .map(
                filter ->
                    "(SELECT * FROM %s WHERE (%s\n) LIMIT %d)"
                        .formatted(source, filter, Long.MAX_VALUE))
            .orElse(source);
    if (grant.masks().isEmpty()) {
      return "SELECT * FROM " + rows;
    }
    Map<String, String> masks = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    masks.putAll(grant.masks());
    refuseUnknownMasks(table, columns, grant, masks.keySet());
    return "SELECT "
        + besides.stream().map(name -> name + ", ").collect(Collectors.joining())
        + columns.stream()
            .map(column -> shown(column, Optional.ofNullable(masks.get(column.name()))))
            .collect(Collectors.joining(", "))
        + " FROM "
        + rows;
  }

  private static String shown(Column column, Optional<String> mask) {
    String name = Sql.identifier(column.name());
    return mask.map(
            expression ->
                expression.strip().equalsIgnoreCase("NULL")
                    ? "CAST(NULL AS %s) AS %s".formatted(column.type(), name)
                    : "(%s\n) AS %s".formatted(expression, name))
        .orElse(name);
  }

  /** A mask with a misspelt column would show what it is to hide. */
  private static void refuseUnknownMasks(
      TableName table, List<Column> columns, Grant grant, Set<String> masked) {
    Set<String> known =
        columns.stream()
            .map(column -> column.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    List<String> unknown =
        masked.stream().filter(name -> !known.contains(name.toLowerCase(Locale.ROOT))).toList();
    if (grant.table().isPresent() && !unknown.isEmpty()) {
      throw new TarnException(
          ErrorCode.ACCESS_FILE_INVALID,
          "access.toml masks `%s` of %s, which has no such column."
              .formatted(String.join("`, `", unknown), table),
          "Mend the name; until then the table is not shown.");
    }
  }
}
