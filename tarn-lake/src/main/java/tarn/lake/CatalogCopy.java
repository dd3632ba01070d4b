package tarn.lake;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.extension.ExtensionStore;

/**
 * Copies a lake's catalog, with all its snapshots and the ledger of its files, into the empty
 * catalog of another lake: row by row, so that ids, times and paths stay what they are. Only where
 * the data lie is the other's own.
 */
public final class CatalogCopy implements AutoCloseable {
  private final DuckDBConnection connection;
  private final LakeSettings from;
  private final LakeSettings to;

  private CatalogCopy(DuckDBConnection connection, LakeSettings from, LakeSettings to) {
    this.connection = connection;
    this.from = from;
    this.to = to;
  }

  /**
   * Opens both catalogs; the one that is copied can be written by nobody else meanwhile if it is a
   * file.
   *
   * @throws TarnException {@code catalog.invalid} when the other lake is not empty
   */
  public static CatalogCopy open(LakeSettings from, LakeSettings to, ExtensionStore extensions) {
    Lake.requireCatalog(from);
    CatalogCopy copy = new CatalogCopy(Engine.start(to.engine(), extensions), from, to);
    try {
      extensions.load(copy::run, "postgres_scanner");
      copy.attach("source", from.catalog(), "READ_ONLY");
      copy.attach("target", to.catalog(), "READ_WRITE");
      copy.requireEmpty();
      copy.requireOneFormat();
      return copy;
    } catch (RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  private void attach(String name, CatalogLocation catalog, String access) {
    run(
        switch (catalog) {
          case CatalogLocation.DuckDbFile(Path file) ->
              "ATTACH %s AS %s (%s)".formatted(Sql.literal(file.toString()), name, access);
          case CatalogLocation.PostgreSql server ->
              "ATTACH %s AS %s (TYPE postgres, %s)"
                  .formatted(Sql.literal(server.keywords()), name, access);
        });
  }

  private void requireEmpty() {
    if (number("SELECT count(*) FROM target.ducklake_table") > 0
        || number("SELECT max(snapshot_id) FROM target.ducklake_snapshot") > 1) {
      throw new TarnException(
          ErrorCode.CATALOG_INVALID,
          "The lake in " + to.catalog().display() + " is not empty.",
          "Copy into a station that has not been used.");
    }
  }

  private void requireOneFormat() {
    String version = "SELECT value FROM %s.ducklake_metadata WHERE key = 'version'";
    List<String> ours = texts(version.formatted("source"));
    List<String> theirs = texts(version.formatted("target"));
    if (!ours.equals(theirs)) {
      throw new TarnException(
          ErrorCode.CATALOG_INVALID,
          "The lake in %s has version %s of DuckLake's format, and a new one has %s."
              .formatted(from.catalog().display(), ours, theirs),
          "Have DuckDB bring the lake to that version, then copy it.");
    }
  }

  /** The newest snapshot of the lake that is copied. */
  public long newestSnapshot() {
    return number("SELECT max(snapshot_id) FROM source.ducklake_snapshot");
  }

  /**
   * What the lake that is copied refers to by paths that lead out of its data, which a copy would
   * share with it. The first few of them.
   */
  public List<String> foreignPaths() {
    List<String> found = new ArrayList<>();
    for (String table :
        List.of("data_file", "delete_file", "files_scheduled_for_deletion", "table", "schema")) {
      found.addAll(
          texts(
              """
              SELECT path FROM source.ducklake_%s
              WHERE NOT path_is_relative OR regexp_matches(path, '(^|/)\\.\\.(/|$)') LIMIT 3"""
                  .formatted(table)));
    }
    return found;
  }

  /** What became of a copy. */
  public enum Outcome {
    COPIED,
    /** The lake that is copied has changed since, and nothing was written. */
    CHANGED
  }

  /**
   * Fills the other catalog in one transaction, if {@code snapshot} is still the newest one.
   *
   * @throws TarnException {@code catalog.invalid} when the other lake is not empty any more
   */
  public Outcome copy(long snapshot) {
    return fill(newest -> newest == snapshot).isPresent() ? Outcome.COPIED : Outcome.CHANGED;
  }

  /** Fills the other catalog in one transaction, and says which snapshot is the newest there. */
  public long copy() {
    return fill(_ -> true).orElseThrow();
  }

  /** A catalog in a file of its own, over the same data; the file must not be there yet. */
  static long toFile(LakeSettings from, Path file, ExtensionStore extensions) {
    LakeSettings to =
        new LakeSettings(
            new CatalogLocation.DuckDbFile(file), from.dataPath(), from.engine(), from.access());
    Lake.create(to, extensions).close();
    try (CatalogCopy copy = open(from, to, extensions)) {
      return copy.copy();
    }
  }

  private OptionalLong fill(LongPredicate wanted) {
    if (to.catalog() instanceof CatalogLocation.PostgreSql server) {
      // The history's own commits name locks that mean nothing there.
      new PostgreSqlServer(server).unfence();
    }
    try {
      return fillUnfenced(wanted);
    } finally {
      if (to.catalog() instanceof CatalogLocation.PostgreSql server) {
        new PostgreSqlServer(server).fence();
      }
    }
  }

  private OptionalLong fillUnfenced(LongPredicate wanted) {
    run("BEGIN");
    try {
      requireEmpty();
      long newest = newestSnapshot();
      if (!wanted.test(newest)) {
        run("ROLLBACK");
        return OptionalLong.empty();
      }
      List<Table> known = tables("target", to.catalog());
      for (Table table : tables("source", from.catalog())) {
        copyTable(table, known.contains(table));
      }
      run("COMMIT");
      return OptionalLong.of(newest);
    } catch (RuntimeException e) {
      try {
        run("ROLLBACK");
      } catch (RuntimeException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
  }

  /**
   * A table of a catalog's database.
   *
   * @param schema empty for the one that DuckLake's own tables are in
   */
  private record Table(String schema, String name) {
    String in(String database, CatalogLocation catalog) {
      return database
          + "."
          + Sql.identifier(schema.isEmpty() ? ownSchema(catalog) : schema)
          + "."
          + Sql.identifier(name);
    }

    /** Rows that a catalog has for itself alone. */
    String copied() {
      return name.equals("ducklake_metadata") ? " WHERE key <> 'data_path'" : "";
    }
  }

  private static String ownSchema(CatalogLocation catalog) {
    return switch (catalog) {
      case CatalogLocation.DuckDbFile _ -> "main";
      case CatalogLocation.PostgreSql _ -> "public";
    };
  }

  /** DuckLake's own tables, and the ledger's. */
  private List<Table> tables(String database, CatalogLocation catalog) {
    String own = ownSchema(catalog);
    return texts(
            """
            SELECT CASE schema_name WHEN %2$s THEN '' ELSE schema_name END || '/' || table_name
            FROM duckdb_tables() WHERE database_name = %1$s AND (schema_name = '_tarn'
              OR (schema_name = %2$s AND starts_with(table_name, 'ducklake_')))
            ORDER BY 1"""
                .formatted(Sql.literal(database), Sql.literal(own)))
        .stream()
        .map(text -> new Table(text.split("/", 2)[0], text.split("/", 2)[1]))
        .toList();
  }

  private void copyTable(Table table, boolean known) {
    String source = table.in("source", from.catalog());
    String target = table.in("target", to.catalog());
    List<Column> columns = columns(table);
    if (!known) {
      if (!table.schema().isEmpty()) {
        run("CREATE SCHEMA IF NOT EXISTS target." + Sql.identifier(table.schema()));
      }
      run(
          columns.stream()
              .map(column -> Sql.identifier(column.name) + " " + column.stored(to.catalog()))
              .collect(Collectors.joining(", ", "CREATE TABLE " + target + " (", ")")));
    }
    run("DELETE FROM " + target + table.copied());
    run(
        columns.stream()
            .map(column -> column.converted(from.catalog(), to.catalog()))
            .collect(
                Collectors.joining(
                    ", ",
                    "INSERT INTO " + target + " BY NAME SELECT ",
                    " FROM " + source + table.copied())));
    String before = sum(source, columns, from.catalog(), table);
    String after = sum(target, columns, to.catalog(), table);
    if (!before.equals(after)) {
      throw new TarnException(
          ErrorCode.CATALOG_INVALID,
          "The catalog's table %s is not the same after it was copied: %s, not %s."
              .formatted(table.name(), after, before),
          "Nothing was written to the new catalog. Tell the authors of Tarn.");
    }
  }

  /** A number of rows and a sum of what is in them, the same in every database. */
  private String sum(String name, List<Column> columns, CatalogLocation catalog, Table table) {
    String values =
        columns.stream().map(column -> column.text(catalog)).collect(Collectors.joining(", "));
    return texts(
            "SELECT count(*) || ' ' || coalesce(sum(hash(%s)), 0) FROM %s%s"
                .formatted(values, name, table.copied()))
        .getFirst();
  }

  /**
   * A column of a table.
   *
   * @param type that the engine sees in the catalog that is copied
   * @param logical what DuckLake says that it holds, of a table of inlined rows
   */
  private record Column(String name, String type, Optional<String> logical) {
    /**
     * PostgreSQL's texts hold no NUL, so DuckLake keeps the texts of inlined rows as bytes there.
     */
    private boolean isBytesIn(CatalogLocation catalog) {
      return switch (catalog) {
        case CatalogLocation.DuckDbFile _ -> false;
        case CatalogLocation.PostgreSql _ -> logical.map("varchar"::equals).orElse(false);
      };
    }

    String stored(CatalogLocation catalog) {
      return logical.map("varchar"::equals).orElse(false)
          ? isBytesIn(catalog) ? "BLOB" : "VARCHAR"
          : type;
    }

    String converted(CatalogLocation from, CatalogLocation to) {
      String name = Sql.identifier(this.name);
      if (isBytesIn(from) == isBytesIn(to)) {
        return name;
      }
      return (isBytesIn(to) ? "encode(" : "decode(") + name + ") AS " + name;
    }

    String text(CatalogLocation catalog) {
      String name = Sql.identifier(this.name);
      return isBytesIn(catalog) ? "decode(" + name + ")" : name + "::VARCHAR";
    }
  }

  private List<Column> columns(Table table) {
    String own = ownSchema(from.catalog());
    List<Column> columns = new ArrayList<>();
    for (String text :
        texts(
            """
            SELECT data_type || '/' || column_name FROM duckdb_columns()
            WHERE database_name = 'source' AND schema_name = %s AND table_name = %s
            ORDER BY column_index"""
                .formatted(
                    Sql.literal(table.schema().isEmpty() ? own : table.schema()),
                    Sql.literal(table.name())))) {
      String[] parts = text.split("/", 2);
      columns.add(new Column(parts[1], parts[0], logicalType(table, parts[1])));
    }
    return columns;
  }

  /** Between two databases of one kind, what is there is what is wanted. */
  private Optional<String> logicalType(Table table, String column) {
    if (!table.name().startsWith("ducklake_inlined_data_")
        || table.name().equals("ducklake_inlined_data_tables")
        || from.catalog().getClass().equals(to.catalog().getClass())) {
      return Optional.empty();
    }
    Optional<String> logical =
        texts(
                """
                SELECT lower(c.column_type) FROM source.ducklake_column c
                JOIN source.ducklake_inlined_data_tables t USING (table_id)
                WHERE t.table_name = %s AND c.column_name = %s AND c.parent_column IS NULL
                ORDER BY c.begin_snapshot DESC LIMIT 1"""
                    .formatted(Sql.literal(table.name()), Sql.literal(column)))
            .stream()
            .findFirst();
    if (logical.isPresent() && !PORTABLE.contains(logical.get())) {
      throw new TarnException(
          ErrorCode.CATALOG_INVALID,
          "The catalog holds rows of %s itself, with a column %s of the type %s, which databases keep in different ways."
              .formatted(table.name(), column, logical.get()),
          "In DuckDB, attach the lake and run `CALL ducklake_flush_inlined_data('lake')`; then copy it.");
    }
    return logical;
  }

  /** Types of inlined rows that are known to be the same in both kinds of databases. */
  private static final List<String> PORTABLE =
      List.of("varchar", "boolean", "int16", "int32", "int64", "float64", "timestamptz");

  private void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  private long number(String sql) {
    return Long.parseLong(texts(sql).getFirst());
  }

  private List<String> texts(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(Objects.requireNonNullElse(rows.getString(1), ""));
      }
      return all;
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }
}
