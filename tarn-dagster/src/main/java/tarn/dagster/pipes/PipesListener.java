package tarn.dagster.pipes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tarn.assets.AssetKey;
import tarn.assets.io.Materialization;
import tarn.assets.landing.LandingResult;
import tarn.assets.run.AssetResult;
import tarn.assets.run.AssetState;
import tarn.assets.run.RunListener;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.dagster.pipes.PipesSession.Level;
import tarn.lake.Lake;

/** Tells Dagster of each asset of a run as it starts and ends, and another listener too. */
public final class PipesListener implements RunListener {
  private final PipesSession session;
  private final Function<AssetKey, List<ReportedCheck>> recorded;
  private final String runId;
  private final RunListener other;

  /**
   * @param lake is asked what was recorded of checks that did not run, or that refused an output
   * @param runId the run, as the lake's history names it
   * @param other hears everything too
   */
  public PipesListener(PipesSession session, Lake lake, String runId, RunListener other) {
    this(session, key -> ReportedCheck.recorded(lake, key), runId, other);
  }

  PipesListener(
      PipesSession session,
      Function<AssetKey, List<ReportedCheck>> recorded,
      String runId,
      RunListener other) {
    this.session = session;
    this.recorded = recorded;
    this.runId = runId;
    this.other = other;
  }

  @Override
  public void started(AssetKey key) {
    other.started(key);
    session.log(Level.INFO, key + ": started");
  }

  @Override
  public void postponed(AssetKey key) {
    other.postponed(key);
    session.log(Level.INFO, key + ": postponed until it has the engine's memory to itself");
  }

  @Override
  public void logged(AssetKey key, String message) {
    other.logged(key, message);
    session.log(Level.INFO, key + ": " + message);
  }

  @Override
  public void ended(AssetResult result) {
    other.ended(result);
    AssetKey key = result.key();
    switch (result.state()) {
      case AssetState.Written(var done, var landing) ->
          made(result, "written", done, landing, checks(done));
      case AssetState.Unchanged(var done, var landing) ->
          made(result, "unchanged", done, landing, checks(done));
      case AssetState.Skipped(var done) ->
          made(result, "skipped", done, Optional.empty(), recorded.apply(key));
      case AssetState.Failed failed -> {
        session.log(Level.ERROR, key + ": " + failed.message() + "\n→ " + failed.remedy());
        if (failed.code() == ErrorCode.CHECK_FAILED) {
          recorded.apply(key).forEach(check -> session.check(key, check));
        }
      }
      case AssetState.NotRun(var reason) ->
          session.log(
              Level.WARNING,
              key
                  + ": not run, "
                  + switch (reason) {
                    case AssetState.Reason.Upstream(var failed) -> "because of " + failed;
                    case AssetState.Reason.Interrupted _ -> "as the run was interrupted";
                    case AssetState.Reason.OutOfMemory _ -> "as the program ran out of memory";
                  });
    }
  }

  private static List<ReportedCheck> checks(Materialization done) {
    return done.checks().stream().map(ReportedCheck::of).toList();
  }

  private void made(
      AssetResult result,
      String outcome,
      Materialization done,
      Optional<LandingResult> landing,
      List<ReportedCheck> checks) {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("dagster/row_count", MetadataValue.integer(done.rows()));
    metadata.put("dagster/relation_identifier", MetadataValue.text(done.key().table().toString()));
    metadata.put("tarn/outcome", MetadataValue.text(outcome));
    metadata.put("tarn/run_id", MetadataValue.text(runId));
    metadata.put("tarn/seconds", MetadataValue.number(result.duration().toMillis() / 1000.0));
    Optional<String> version =
        switch (done) {
          case Materialization.Written written -> {
            metadata.put("tarn/snapshot", MetadataValue.integer(written.snapshot()));
            metadata.put("tarn/rows_written", MetadataValue.integer(written.rowsWritten()));
            metadata.put("tarn/files", MetadataValue.integer(written.files()));
            metadata.put("tarn/bytes", MetadataValue.integer(written.bytes()));
            yield written.dataVersion();
          }
          case Materialization.Unchanged unchanged -> {
            metadata.put("tarn/snapshot", MetadataValue.integer(unchanged.snapshot()));
            yield Optional.of(unchanged.dataVersion());
          }
        };
    landing.ifPresent(
        landed -> {
          metadata.put("tarn/files_read", MetadataValue.integer(landed.read().size()));
          metadata.put("tarn/rows_landed", MetadataValue.integer(landed.landedRows()));
          metadata.put("tarn/rows_quarantined", MetadataValue.integer(landed.malformedRows()));
        });
    version.ifPresent(text -> metadata.put("tarn/data_version", MetadataValue.text(text)));
    session.log(
        Level.INFO, "%s: %s, %s rows".formatted(done.key(), outcome, Human.count(done.rows())));
    session.materialization(done.key(), version, metadata);
    checks.forEach(check -> session.check(done.key(), check));
  }
}
