package tarn.assets.definition;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Access;
import tarn.lake.CatalogLocation;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.extension.ExtensionStore;

/**
 * The tables, views and macros that the lake holds now; asked only when a query names something
 * that is no asset's and not the engine's.
 */
@FunctionalInterface
public interface LakeTables {
  LakeRelations relations();

  /** Of a lake with nothing in it. */
  static LakeTables none() {
    return LakeRelations::none;
  }

  /** Of an open lake. */
  static LakeTables of(Session session) {
    return () -> {
      Map<TableName, String> views = new HashMap<>();
      session
          .query(
              "SELECT s.schema_name, v.view_name, v.sql FROM %1$s.ducklake_view v JOIN %1$s.ducklake_schema s USING (schema_id) WHERE v.end_snapshot IS NULL AND s.end_snapshot IS NULL"
                  .formatted(Lake.METADATA),
              row -> Map.entry(table(row.getString(1), row.getString(2)), text(row.getString(3))))
          .forEach(view -> views.put(view.getKey(), view.getValue()));
      Map<String, List<String>> macros = new HashMap<>();
      session
          .query(
              "SELECT lower(function_name), macro_definition FROM duckdb_functions()"
                  + " WHERE database_name = ? AND macro_definition IS NOT NULL",
              row -> Map.entry(text(row.getString(1)), text(row.getString(2))),
              Lake.NAME)
          .forEach(
              macro ->
                  macros
                      .computeIfAbsent(macro.getKey(), _ -> new ArrayList<>())
                      .add(macro.getValue()));
      return new LakeRelations(
          new TreeSet<>(
              session.query(
                  "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ?",
                  row -> table(row.getString(1), row.getString(2)),
                  Lake.NAME)),
          views,
          macros);
    };
  }

  /**
   * Of a lake that is opened for this question alone; one that does not exist yet holds nothing.
   */
  static LakeTables opening(LakeSettings settings, ExtensionStore extensions) {
    return () -> {
      boolean missing =
          switch (settings.catalog()) {
            case CatalogLocation.DuckDbFile(var file) -> !Files.exists(file);
            case CatalogLocation.PostgreSql _ -> false;
          };
      if (missing) {
        return LakeRelations.none();
      }
      try (Lake lake = Lake.open(settings, Access.READ, extensions);
          Session session = lake.session()) {
        return of(session).relations();
      } catch (TarnException e) {
        if (e.code() == ErrorCode.CATALOG_NOT_FOUND) {
          return LakeRelations.none();
        }
        throw e;
      }
    };
  }

  private static TableName table(@Nullable String schema, @Nullable String table) {
    return new TableName(text(schema), text(table));
  }

  private static String text(@Nullable String text) {
    return Objects.requireNonNull(text);
  }
}
