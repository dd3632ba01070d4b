package tarn.assets.run;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import tarn.assets.AssetKey;
import tarn.assets.io.Materialization;
import tarn.assets.landing.LandingResult;
import tarn.base.Effect;
import tarn.base.ErrorCode;

/** What a run did to one asset. */
public sealed interface AssetState {

  /**
   * Its table has changed.
   *
   * @param landing what became of its files, of a source
   */
  record Written(Materialization.Written materialization, Optional<LandingResult> landing)
      implements AssetState {}

  /**
   * It ran, and what came out is what its table already held; nothing was written.
   *
   * @param landing what became of its files, of a source
   */
  record Unchanged(Materialization.Unchanged materialization, Optional<LandingResult> landing)
      implements AssetState {}

  /** It did not run: its code, all that it reads and its table are as they were. */
  record Skipped(Materialization.Unchanged materialization) implements AssetState {}

  /**
   * It could not be materialized.
   *
   * @param effect what it left behind
   * @param trace where it went wrong in the code of a plugin, a line for each call and cause; empty
   *     for what is not code
   */
  record Failed(ErrorCode code, String message, String remedy, Effect effect, List<String> trace)
      implements AssetState {
    public Failed {
      trace = List.copyOf(trace);
    }
  }

  /** It was not run, or was stopped before anything was written. */
  record NotRun(Reason reason) implements AssetState {}

  /** Why an asset was not run. */
  sealed interface Reason {

    /** Something that it is made from, directly or not, failed in this run. */
    record Upstream(SortedSet<AssetKey> failed) implements Reason {}

    /** The run was interrupted. */
    record Interrupted() implements Reason {}

    /** The program itself ran out of memory, after which nothing more was started. */
    record OutOfMemory() implements Reason {}
  }
}
