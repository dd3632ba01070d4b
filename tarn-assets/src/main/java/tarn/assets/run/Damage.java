package tarn.assets.run;

import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tarn.integrity.ledger.DamagedTables;
import tarn.lake.Lake;
import tarn.lake.TableName;

/**
 * Which tables the checks of the lake found damaged before a run, as far as the run has not made
 * them anew. Thread-safe.
 */
final class Damage {
  private final ConcurrentMap<TableName, SortedSet<String>> tables;

  private Damage(ConcurrentMap<TableName, SortedSet<String>> tables) {
    this.tables = tables;
  }

  /** As the lake's record of its checks says now; nothing of its files is looked at. */
  static Damage known(Lake lake) {
    return new Damage(new ConcurrentHashMap<>(DamagedTables.of(lake)));
  }

  /** What is wrong with a table's files, for a person; nothing when no check found anything. */
  Optional<String> of(TableName table) {
    return Optional.ofNullable(tables.get(table.folded())).map(codes -> String.join(", ", codes));
  }

  /** Must be told of each table that was made anew, before an asset that reads it starts. */
  void healed(TableName table) {
    tables.remove(table.folded());
  }
}
