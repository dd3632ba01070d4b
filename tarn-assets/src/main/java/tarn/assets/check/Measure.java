package tarn.assets.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import tarn.assets.Check;

/**
 * A check that a few aggregates over the whole table answer, so that many of them share one scan.
 *
 * @param aggregates SQL, each a column of the shared query
 * @param verdict reads them
 */
record Measure(Check check, List<String> aggregates, Verdict verdict) {

  /** Judges by the aggregates, which start at column {@code first} of the one row. */
  @FunctionalInterface
  interface Verdict {
    CheckResult read(ResultSet row, int first) throws SQLException;
  }
}
