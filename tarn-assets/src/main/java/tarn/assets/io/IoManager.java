package tarn.assets.io;

import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Lake;

/**
 * Every asset's way into the lake and out of it. Thread-safe: several assets may be written at the
 * same time.
 */
public final class IoManager {
  private final Lake lake;
  private final RunIdentity run;

  /** An IO manager that writes to {@code lake} on behalf of {@code run}. */
  public IoManager(Lake lake, RunIdentity run) {
    this.lake = lake;
    this.run = run;
  }

  /**
   * Who writes.
   *
   * @param runId identifies the run in the lake's history; no two runs share one
   * @param author who a snapshot says made it
   */
  public record RunIdentity(String runId, String author) {}

  /** Writes an output to its asset's table in one transaction. */
  public Materialization handleOutput(AssetKey key, Output output, WritePlan plan) {
    return handleOutput(key, output, plan, Alongside.nothing());
  }

  /** The same, with further writes in the same transaction. */
  public Materialization handleOutput(
      AssetKey key, Output output, WritePlan plan, Alongside alongside) {
    TarnException unbuilt =
        new TarnException(
            ErrorCode.ASSET_FAILED,
            "Writing " + key + " to " + lake.settings().catalog().display() + " is not built yet",
            "Wait for the next commit. " + run.runId() + plan + output + alongside);
    throw unbuilt;
  }

  /** An asset's table as a lazy relation: what reads it pushes its filters and columns down. */
  public Output.Relation loadInput(AssetKey key) {
    return new Output.Relation("SELECT * FROM " + key.table().quoted());
  }

  /** The same as it was at a snapshot. */
  public Output.Relation loadInput(AssetKey key, long snapshot) {
    return new Output.Relation(
        "SELECT * FROM " + key.table().quoted() + " AT (VERSION => " + snapshot + ")");
  }
}
