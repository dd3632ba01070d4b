package tarn.assets.run;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tarn.assets.AssetKey;
import tarn.assets.io.IoManager;
import tarn.lake.TableName;

/**
 * Data versions of what a run's assets read, each asked of the lake once. A version may be older
 * than the table by the time it is used: then the reader's record names the older one, and the next
 * run finds that its input has changed.
 */
final class Versions {
  private final IoManager manager;
  private final ConcurrentMap<AssetKey, Optional<String>> assets = new ConcurrentHashMap<>();
  private final ConcurrentMap<TableName, Optional<String>> tables = new ConcurrentHashMap<>();

  Versions(IoManager manager) {
    this.manager = manager;
  }

  Optional<String> of(AssetKey key) {
    return assets.computeIfAbsent(key, manager::dataVersion);
  }

  Optional<String> of(TableName table) {
    return tables.computeIfAbsent(table, manager::tableVersion);
  }

  /** Must be told of each asset that has ended, before one that reads it starts. */
  void ended(AssetKey key, AssetState state) {
    switch (state) {
      case AssetState.Skipped(var unchanged) ->
          assets.put(key, Optional.of(unchanged.dataVersion()));
      case AssetState.Written _,
          AssetState.Unchanged _,
          AssetState.Failed _,
          AssetState.NotRun _ -> {
        assets.remove(key);
        tables.remove(quarantine(key));
      }
    }
  }

  /** Where the malformed records of a source are. */
  static TableName quarantine(AssetKey source) {
    TableName table = source.table();
    return new TableName(table.schema(), table.table() + "_quarantine");
  }
}
