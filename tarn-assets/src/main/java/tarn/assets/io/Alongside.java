package tarn.assets.io;

import java.util.Optional;
import java.util.Set;
import tarn.lake.Session;
import tarn.lake.TableName;

/**
 * Writes that belong to an output and become visible with it or not at all, such as the rows that
 * were quarantined and the list of files that were read.
 */
public interface Alongside {

  /** The tables it deletes from or changes; insert-only tables need not be named. */
  Set<TableName> tables();

  /**
   * A condition for rows that stood in the table before and give way to the output's, such as those
   * of a file that is read again; only for outputs that are appended.
   */
  default Optional<String> replaces() {
    return Optional.empty();
  }

  /**
   * Runs in the output's transaction, after the output's rows were written and before the checks.
   * It may run again when the transaction is retried, so it must not consume anything.
   *
   * @throws tarn.base.TarnException to make the whole materialization fail with nothing written
   */
  Wrote write(Session session, String runId);

  /**
   * Whether there was something to keep: then the commit takes place even for an unchanged table.
   */
  enum Wrote {
    SOMETHING,
    NOTHING
  }

  /** No further writes. */
  static Alongside nothing() {
    return new Alongside() {
      @Override
      public Set<TableName> tables() {
        return Set.of();
      }

      @Override
      public Wrote write(Session session, String runId) {
        return Wrote.NOTHING;
      }
    };
  }
}
