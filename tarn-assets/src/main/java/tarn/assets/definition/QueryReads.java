package tarn.assets.definition;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a query reads, as its parsed form tells; nothing is resolved yet. */
final class QueryReads {
  /**
   * A table as the query names it; parts that it does not name are empty.
   *
   * @param location bytes from the query's start, or -1 when the engine does not tell
   */
  record TableReference(String catalog, String schema, String table, int location) {

    TableReference withoutLocation() {
      return new TableReference(catalog, schema, table, -1);
    }

    @Override
    public String toString() {
      return (catalog.isEmpty() ? "" : catalog + ".")
          + (schema.isEmpty() ? "" : schema + ".")
          + table;
    }
  }

  /**
   * A place whose reads cannot be known before the query runs.
   *
   * @param what such as {@code query_table}
   */
  record Hidden(String what, int location) {}

  final List<TableReference> tables = new ArrayList<>();
  final Set<String> functions = new LinkedHashSet<>();
  final Set<String> tableFunctions = new LinkedHashSet<>();

  /** Functions of both kinds that the engine does not have; a macro of the lake may be one. */
  final Set<String> unknownFunctions = new LinkedHashSet<>();

  final Set<String> files = new LinkedHashSet<>();
  final List<String> nestedQueries = new ArrayList<>();
  final List<Hidden> hidden = new ArrayList<>();
  boolean parameters;
  boolean isVolatile;

  /** Adds what another text reads; its places are not those of this one. */
  void include(QueryReads inner) {
    inner.tables.forEach(table -> tables.add(table.withoutLocation()));
    functions.addAll(inner.functions);
    tableFunctions.addAll(inner.tableFunctions);
    files.addAll(inner.files);
    isVolatile |= inner.isVolatile;
  }
}
