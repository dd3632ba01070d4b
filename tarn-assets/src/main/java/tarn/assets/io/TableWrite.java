package tarn.assets.io;

import java.util.Optional;
import tarn.lake.ContentSum;

/** One way of writing an output to its table, inside a transaction. */
interface TableWrite {

  /** Writes; or leaves the transaction in whatever state when there is nothing to change. */
  Written write(Target target);

  /** What a write did. */
  sealed interface Written {

    /**
     * The table has changed.
     *
     * @param rows rows that were inserted or updated
     * @param content the sum of the whole table's rows when the write knows it
     */
    record Changed(long rows, Optional<ContentSum> content) implements Written {}

    /**
     * The table already holds what it should: the transaction is to be rolled back.
     *
     * @param version of the table's content, when it was computed
     */
    record Same(Optional<DataVersion> version) implements Written {}
  }
}
