package tarn.integrity.check;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Session;

/**
 * Files beside the data files that tables refer to. A check of the whole lake looks at them too.
 */
public interface FurtherFiles {
  /** The temporary table of the paths of those that are there and needed. */
  String EXPECTED = "temp.main.tarn_check_further";

  FurtherFiles NONE = _ -> new Result(0, 0, 0, true);

  Result check(Look look);

  /**
   * What a look works with.
   *
   * @param session on which the lake is attached and not in use, with no transaction open
   * @param judged a file that nothing refers to and that is newer than this is left alone
   * @param within leave out what was compared more recently and not written since
   * @param budget of the whole check
   * @param findings gets what is wrong for sure
   */
  record Look(
      Session session,
      Ledger ledger,
      Level level,
      Instant judged,
      Optional<Duration> within,
      Budget budget,
      Consumer<Finding> findings,
      StopSignal stop,
      Progress progress) {}

  /**
   * What it came to.
   *
   * @param young files that nothing refers to and that are too new to judge
   * @param complete false when the budget ended before the files did
   */
  record Result(long listed, long young, long read, boolean complete) {}
}
