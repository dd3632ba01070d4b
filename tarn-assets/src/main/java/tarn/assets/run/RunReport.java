package tarn.assets.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tarn.assets.AssetKey;
import tarn.base.Effect;

/**
 * What a run came to.
 *
 * @param results one for each selected asset, in an order in which they could be made
 */
public record RunReport(
    String runId, Instant started, Duration duration, List<AssetResult> results) {

  public RunReport {
    results = List.copyOf(results);
  }

  /** How the run as a whole ended, the worst first. */
  public enum Outcome {
    /** Of at least one asset nobody knows whether it was committed. */
    UNKNOWN,
    /** It was interrupted, so not all was tried. */
    INTERRUPTED,
    /** At least one asset failed. */
    FAILED,
    /** Every selected asset is up to date. */
    DONE
  }

  public Outcome outcome() {
    return results.stream()
        .map(result -> outcome(result.state()))
        .min(Outcome::compareTo)
        .orElse(Outcome.DONE);
  }

  private static Outcome outcome(AssetState state) {
    return switch (state) {
      case AssetState.Written _, AssetState.Unchanged _, AssetState.Skipped _ -> Outcome.DONE;
      case AssetState.Failed failed ->
          failed.effect() == Effect.OUTCOME_UNKNOWN ? Outcome.UNKNOWN : Outcome.FAILED;
      case AssetState.NotRun(var reason) ->
          switch (reason) {
            case AssetState.Reason.Upstream _, AssetState.Reason.OutOfMemory _ -> Outcome.FAILED;
            case AssetState.Reason.Interrupted _ -> Outcome.INTERRUPTED;
          };
    };
  }

  /** What became of an asset that was selected. */
  public AssetState state(AssetKey key) {
    return results.stream()
        .filter(result -> result.key().equals(key))
        .findFirst()
        .orElseThrow()
        .state();
  }
}
