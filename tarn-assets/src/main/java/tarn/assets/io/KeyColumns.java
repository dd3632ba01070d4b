package tarn.assets.io;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import tarn.assets.AssetKey;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.Sql;

/** The columns by which rows of an output meet rows of its table. */
record KeyColumns(AssetKey key, List<String> names) {

  /**
   * The columns under the table's own names.
   *
   * @throws TarnException when there is none, one is not in the output, or one's type cannot be
   *     compared reliably
   */
  static KeyColumns of(AssetKey key, List<String> wanted, SchemaPlan schema) {
    if (wanted.isEmpty()) {
      throw invalid(key, "names no columns to match rows by", "List them in the asset's `write`.");
    }
    return new KeyColumns(
        key,
        wanted.stream()
            .map(
                name ->
                    schema.columns().stream()
                        .filter(column -> Names.folded(column.name()).equals(Names.folded(name)))
                        .findFirst()
                        .map(column -> comparable(key, column))
                        .orElseThrow(
                            () ->
                                invalid(
                                    key,
                                    "matches rows by `" + name + "`, which its output lacks",
                                    "Its columns are: " + String.join(", ", schema.names()) + ".")))
            .toList());
  }

  /**
   * DuckLake 1.5.5 passes over files whose least or greatest FLOAT is the one looked for; and a
   * nested value may hold NULLs, which are equal to each other there and nowhere else.
   */
  private static String comparable(AssetKey key, SchemaPlan.Target column) {
    boolean exact =
        switch (column.type()) {
          case SqlType.Simple(String name) ->
              !List.of("FLOAT", "DOUBLE", "VARIANT").contains(name.toUpperCase(Locale.ROOT));
          case SqlType.Decimal _ -> true;
          case SqlType.ListOf _,
              SqlType.ArrayOf _,
              SqlType.MapOf _,
              SqlType.StructOf _,
              SqlType.Other _ ->
              false;
        };
    if (!exact) {
      throw invalid(
          key,
          "matches rows by `%s` of type %s, which is not exact"
              .formatted(column.name(), column.type().sql()),
          "Match by a column of another type, or cast it to DECIMAL, BIGINT or VARCHAR in the"
              + " asset's query.");
    }
    return column.name();
  }

  private static TarnException invalid(AssetKey key, String what, String remedy) {
    return new TarnException(
        ErrorCode.ASSET_QUERY_INVALID, "The write of " + key + " " + what + ".", remedy);
  }

  String list() {
    return Sql.identifiers(names);
  }

  /** {@code one."a" = other."a" AND …}, with {@code operator} in between. */
  String match(String one, String other, String operator) {
    return names.stream()
        .map(Sql::identifier)
        .map(name -> one + "." + name + " " + operator + " " + other + "." + name)
        .collect(Collectors.joining(" AND "));
  }

  /** Each row must have a key, and a key of its own. */
  void requireUnique(Session session, String table) {
    String missing =
        names.stream()
            .map(name -> Sql.identifier(name) + " IS NULL")
            .collect(Collectors.joining(" OR "));
    refuse(
        session,
        "SELECT count(*), NULL FROM %s WHERE %s HAVING count(*) > 0".formatted(table, missing),
        "rows have no value in a key column (" + String.join(", ", names) + ")");
    refuse(
        session,
        """
        SELECT count(*), string_agg(example, '; ' ORDER BY example) FILTER (nth <= 3) FROM (
          SELECT example, row_number() OVER (ORDER BY example) AS nth FROM (
            SELECT concat_ws(', ', %s) || ' (' || count(*) || ' rows)' AS example
            FROM %s GROUP BY %s HAVING count(*) > 1))
        HAVING count(*) > 0"""
            .formatted(
                names.stream()
                    .map(
                        name ->
                            "'"
                                + name.replace("'", "''")
                                + " = ' || "
                                + Sql.identifier(name)
                                + "::VARCHAR")
                    .collect(Collectors.joining(", ")),
                table,
                list()),
        "keys stand for several rows each, such as");
  }

  private void refuse(Session session, String query, String what) {
    session
        .queryFirst(
            query,
            row ->
                row.getLong(1)
                    + " "
                    + what
                    + " "
                    + Objects.requireNonNullElse(row.getString(2), ""))
        .ifPresent(
            found -> {
              throw new TarnException(
                  ErrorCode.ASSET_FAILED,
                  "The output of " + key + " cannot be merged: " + found.strip() + ".",
                  "Make the key unique in the asset's query, or merge by other columns.");
            });
  }
}
