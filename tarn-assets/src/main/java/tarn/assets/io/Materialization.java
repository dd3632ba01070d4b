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

  Duration duration();

  /**
   * It was committed.
   *
   * @param rowsWritten rows of the output
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

  /** The content equals what snapshot {@code snapshot} already holds; nothing was written. */
  record Unchanged(AssetKey key, long rows, long snapshot, String dataVersion, Duration duration)
      implements Materialization {}
}
