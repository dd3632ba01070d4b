package tarn.assets.run;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.graph.AssetGraph;
import tarn.lake.TableName;

/**
 * What an asset reads of the lake, as it is now.
 *
 * @param versions a version of each table that has one, by the key of its asset or by {@code
 *     table:<schema>.<table>}
 * @param completeness whether every table has one
 */
record Inputs(Map<String, String> versions, Completeness completeness) {

  enum Completeness {
    COMPLETE,
    /** Something has no version: a view, or a table that is not there. */
    PARTIAL
  }

  /** Must be asked before the asset reads anything: what changes later is noticed the next time. */
  static Inputs now(Versions known, AssetGraph graph, AssetDefinition asset) {
    Map<String, Optional<String>> versions = new TreeMap<>();
    for (AssetKey key : asset.dependencies()) {
      versions.put(key.toString(), known.of(key));
      switch (graph.definition(key).body()) {
        case AssetBody.SqlQuery _, AssetBody.JavaCode _ -> {}
        // Whoever names a source may read its quarantine, which changes on its own.
        case AssetBody.Landing _ -> {
          TableName quarantine = Versions.quarantine(key);
          known
              .of(quarantine)
              .ifPresent(version -> versions.put(name(quarantine), Optional.of(version)));
        }
      }
    }
    for (TableName table : asset.reads().externalTables()) {
      versions.put(name(table), known.of(table));
    }
    Map<String, String> complete = new TreeMap<>();
    versions.forEach((name, version) -> version.ifPresent(text -> complete.put(name, text)));
    return new Inputs(
        complete,
        complete.size() == versions.size() ? Completeness.COMPLETE : Completeness.PARTIAL);
  }

  private static String name(TableName table) {
    return "table:" + table;
  }
}
