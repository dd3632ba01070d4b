package tarn.assets.io;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tarn.assets.AssetKey;
import tarn.assets.check.CheckResult;

/** What became of one output. A failure is an exception that tells what it left behind. */
public sealed interface Materialization {
  AssetKey key();

  /** Rows of the table as it is now. */
  long rows();

  /** What its checks found; empty when none ran. */
  List<CheckResult> checks();

  Duration duration();

  /**
   * It was committed.
   *
   * @param rowsWritten rows that were inserted or updated; 0 when only the table's description or
   *     what was written alongside has changed
   * @param files data and delete files that the snapshot added
   * @param bytes their size together
   * @param dataVersion an order-independent hash of the table's content, when one was computed
   */
  record Written(
      AssetKey key,
      long rows,
      long rowsWritten,
      int files,
      long bytes,
      long snapshot,
      Optional<String> dataVersion,
      String codeVersion,
      List<CheckResult> checks,
      Duration duration)
      implements Materialization {}

  /**
   * The content equals what the table already holds; nothing was written.
   *
   * @param snapshot the newest one that is known to hold it
   */
  record Unchanged(
      AssetKey key,
      long rows,
      long snapshot,
      String dataVersion,
      List<CheckResult> checks,
      Duration duration)
      implements Materialization {}
}
