package tarn.lake;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.extension.ExtensionStore;

/**
 * What a catalog says of its lake. It is read and nothing else: neither the catalog nor the data
 * path is written, and the data need not be reachable.
 *
 * @param version of DuckLake's format
 * @param dataPath as the catalog has it
 * @param tables of the newest snapshot
 * @param files data files of the newest snapshot
 */
public record CatalogLook(
    String version, String dataPath, long snapshots, long tables, long files) {
  /** What DuckLake 1.5.5 writes; it refuses other ones, or changes them when it is told to. */
  public static final String VERSION = "1.0";

  /**
   * @throws TarnException {@code catalog.not-found} when there is none, {@code catalog.invalid}
   *     when the database holds no lake, or one of another version
   */
  public static CatalogLook of(
      CatalogLocation catalog, EngineSettings engine, ExtensionStore extensions) {
    Lake.requireCatalog(new LakeSettings(catalog, "", engine));
    try (DuckDBConnection connection = Engine.start(engine, extensions);
        Statement statement = connection.createStatement()) {
      String schema =
          switch (catalog) {
            case CatalogLocation.DuckDbFile(Path file) -> {
              statement.execute(
                  "ATTACH " + Sql.literal(file.toString()) + " AS source (READ_ONLY)");
              yield "source.main.";
            }
            case CatalogLocation.PostgreSql server -> {
              statement.execute("LOAD postgres_scanner");
              statement.execute(
                  "ATTACH %s AS source (TYPE postgres, READ_ONLY)"
                      .formatted(Sql.literal(server.keywords())));
              yield "source.public.";
            }
          };
      requireLake(statement, catalog);
      CatalogLook look = look(statement, schema);
      if (!look.version.equals(VERSION)) {
        throw new TarnException(
            ErrorCode.CATALOG_INVALID,
            "The lake in %s has version %s of DuckLake's format; this program works with %s."
                .formatted(catalog.display(), look.version, VERSION),
            "Have DuckDB 1.5 bring it to that version (ATTACH with AUTOMATIC_MIGRATION), after a"
                + " backup.");
      }
      return look;
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  private static void requireLake(Statement statement, CatalogLocation catalog)
      throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'source' AND schema_name"
                + " IN ('main', 'public') AND table_name IN ('ducklake_metadata',"
                + " 'ducklake_snapshot', 'ducklake_table', 'ducklake_data_file')")) {
      if (!row.next() || row.getLong(1) < 4) {
        throw new TarnException(
            ErrorCode.CATALOG_INVALID,
            "There is no lake in " + catalog.display() + ".",
            "Name the file or the database that DuckLake was attached with; of a database, its"
                + " tables must lie in the schema `public`.");
      }
    }
  }

  private static CatalogLook look(Statement statement, String schema) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT (SELECT value FROM %1$sducklake_metadata WHERE key = 'version' LIMIT 1),
              (SELECT value FROM %1$sducklake_metadata WHERE key = 'data_path' LIMIT 1),
              (SELECT count(*) FROM %1$sducklake_snapshot),
              (SELECT count(*) FROM %1$sducklake_table WHERE end_snapshot IS NULL),
              (SELECT count(*) FROM %1$sducklake_data_file WHERE end_snapshot IS NULL)"""
                .formatted(schema))) {
      row.next();
      return new CatalogLook(
          String.valueOf(row.getString(1)),
          String.valueOf(row.getString(2)),
          row.getLong(3),
          row.getLong(4),
          row.getLong(5));
    }
  }
}
