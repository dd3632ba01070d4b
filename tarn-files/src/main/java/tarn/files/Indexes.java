package tarn.files;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.files.format.IndexTable;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;

/** The tables of what readers find in files, beside the collections of a schema. */
final class Indexes {
  private Indexes() {}

  private static final String CHANGED = "SELECT path FROM temp.main.tarn_files_changed";

  /** Makes a table where there is none, and remembers which versions it has of what is staged. */
  static void prepare(Session session, IndexTable index, TableName collection) {
    TableName table = new TableName(collection.schema(), index.name());
    String columns =
        index.columns().stream()
            .map(each -> Sql.identifier(each.name()) + " " + each.type())
            .collect(Collectors.joining(", "));
    session.execute(
        "CREATE TABLE IF NOT EXISTS %s (collection VARCHAR, path VARCHAR, sha256 VARCHAR, %s%s)"
            .formatted(
                table.quoted(),
                columns,
                index.identity().isPresent() ? ", instance_version INTEGER" : ""));
    index
        .identity()
        .ifPresent(
            identity ->
                session.execute(
                    """
                    CREATE OR REPLACE TEMP TABLE %s AS
                    SELECT %s AS identity, sha256, max(instance_version) AS version FROM %s
                    WHERE identity IN (SELECT %s FROM %s) GROUP BY ALL"""
                        .formatted(
                            versions(index),
                            Sql.identifier(identity),
                            table.quoted(),
                            staged(index, identity),
                            Staging.of(index))));
    for (IndexTable.View view : index.views()) {
      session.execute(
          "CREATE VIEW IF NOT EXISTS %s.%s.%s AS %s"
              .formatted(
                  Lake.NAME,
                  Sql.identifier(collection.schema()),
                  Sql.identifier(view.name()),
                  view.query()
                      .formatted(
                          Sql.identifier(collection.schema())
                              + "."
                              + Sql.identifier(index.name()))));
    }
  }

  private static String versions(IndexTable index) {
    return "temp.main." + Sql.identifier("tarn_versions_" + index.name());
  }

  private static String staged(IndexTable index, String column) {
    int at = index.columns().stream().map(IndexTable.Column::name).toList().indexOf(column);
    return "c" + at;
  }

  /**
   * Adds the rows of changed files; those that they had are gone already.
   *
   * @return what a person should know
   */
  static List<String> write(Session session, IndexTable index, TableName collection) {
    TableName table = new TableName(collection.schema(), index.name());
    String values =
        IntStream.range(0, index.columns().size())
            .mapToObj(at -> "c" + at + "::" + index.columns().get(at).type())
            .collect(Collectors.joining(", "));
    if (index.identity().isEmpty()) {
      session.execute(
          "INSERT INTO %s SELECT '%s', path, sha256, %s FROM %s WHERE path IN (%s) ORDER BY path"
              .formatted(table.quoted(), collection.table(), values, Staging.of(index), CHANGED));
      return List.of();
    }
    String identity = staged(index, index.identity().get());
    session.execute(
        """
        INSERT INTO %1$s
        WITH known AS (FROM %2$s),
        newest AS (SELECT identity, max(version) AS version FROM known GROUP BY ALL),
        added AS (
          SELECT %3$s AS identity, sha256, row_number() OVER (PARTITION BY %3$s ORDER BY min(path)) AS nth
          FROM %4$s ANTI JOIN known ON known.identity = %3$s AND known.sha256 = %4$s.sha256
          WHERE path IN (%5$s) GROUP BY %3$s, %4$s.sha256)
        SELECT '%6$s', path, s.sha256, %7$s,
          coalesce(k.version, coalesce(n.version, 0) + a.nth, 1)::INTEGER
        FROM %4$s s
        LEFT JOIN known k ON k.identity = s.%3$s AND k.sha256 = s.sha256
        LEFT JOIN newest n ON n.identity = s.%3$s
        LEFT JOIN added a ON a.identity = s.%3$s AND a.sha256 = s.sha256
        WHERE path IN (%5$s) ORDER BY path"""
            .formatted(
                table.quoted(),
                versions(index),
                identity,
                Staging.of(index),
                CHANGED,
                collection.table(),
                values));
    return session.query(
        """
        SELECT path || ': ' || %1$s || ' is there with other bytes; this is version '
          || instance_version
        FROM %2$s WHERE collection = '%3$s' AND instance_version > 1 AND path IN (%4$s)
        ORDER BY path LIMIT 100"""
            .formatted(
                Sql.identifier(index.identity().get()),
                table.quoted(),
                collection.table(),
                CHANGED),
        row -> row.getString(1));
  }

  /**
   * @param paths a query of one column
   */
  static void remove(Session session, TableName table, TableName collection, String paths) {
    session.execute(
        "DELETE FROM %s WHERE collection = %s AND path IN (%s)"
            .formatted(table.quoted(), Sql.literal(collection.table()), paths));
  }

  /** The index tables of a schema, whoever made them. */
  static List<TableName> of(Session session, String schema) {
    return session.query(
        """
        SELECT table_name FROM duckdb_columns() WHERE database_name = ? AND schema_name = ?
        GROUP BY ALL HAVING list(column_name ORDER BY column_index)[:3]
          = ['collection', 'path', 'sha256'] ORDER BY ALL""",
        row -> new TableName(schema, row.getString(1)),
        Lake.NAME,
        schema);
  }
}
