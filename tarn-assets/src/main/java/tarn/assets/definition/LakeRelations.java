package tarn.assets.definition;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tarn.lake.TableName;

/**
 * What a query may read of a lake by a name, besides files.
 *
 * @param tables without the views
 * @param views each with its query
 * @param macros expressions and queries by the macro's name in lower case, one for each overload
 */
public record LakeRelations(
    Set<TableName> tables, Map<TableName, String> views, Map<String, List<String>> macros) {

  public LakeRelations {
    tables = Set.copyOf(tables);
    views = Map.copyOf(views);
    macros = Map.copyOf(macros);
  }

  /** Of a lake with tables alone. */
  public static LakeRelations ofTables(Set<TableName> tables) {
    return new LakeRelations(tables, Map.of(), Map.of());
  }

  /** Of a lake with nothing in it. */
  public static LakeRelations none() {
    return ofTables(Set.of());
  }
}
