package tarn.assets;

import java.util.List;

/** How an output meets what its table already holds. */
public sealed interface WriteMode {

  /** The table holds the output and nothing else; its identity, comments and history stay. */
  record Replace() implements WriteMode {}

  /** The output's rows are added. */
  record Append() implements WriteMode {}

  /**
   * Rows are matched by keys: new ones are inserted, changed ones updated.
   *
   * @param keys columns that together name a row; never null and unique within an output
   * @param unmatched what becomes of a table's rows that the output does not hold
   */
  record Merge(List<String> keys, Unmatched unmatched) implements WriteMode {
    public Merge {
      keys = List.copyOf(keys);
    }
  }

  /**
   * Partitions of which the output holds at least one row are replaced; the others stay.
   *
   * @param columns the columns whose values tell one partition from another
   */
  record OverwritePartitions(List<String> columns) implements WriteMode {
    public OverwritePartitions {
      columns = List.copyOf(columns);
    }
  }

  /** Rows of the table that a merged output does not hold. */
  enum Unmatched {
    KEEP,
    DELETE
  }
}
