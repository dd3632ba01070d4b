package tarn.assets.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.WriteMode;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.Reads.Repeatability;
import tarn.assets.graph.AssetGraph;
import tarn.assets.io.IoManager;
import tarn.assets.io.Materialization;
import tarn.assets.io.WritePlan;
import tarn.assets.io.WritePlan.UnchangedPolicy;
import tarn.assets.landing.LandingLoader;
import tarn.assets.landing.LandingResult;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.TableName;

/** Materializes single assets of one run. */
final class AssetRun {
  private final String runId;
  private final Path station;
  private final AssetGraph graph;
  private final IoManager manager;
  private final LandingLoader loader;
  private final Versions versions;
  private final Damage damage;
  private final Rerun rerun;

  AssetRun(
      String runId,
      Path station,
      AssetGraph graph,
      IoManager manager,
      LandingLoader loader,
      Damage damage,
      Rerun rerun) {
    this.runId = runId;
    this.station = station;
    this.graph = graph;
    this.manager = manager;
    this.loader = loader;
    this.versions = new Versions(manager);
    this.damage = damage;
    this.rerun = rerun;
  }

  /** Must be told of each asset that has ended, before one that reads it starts. */
  void ended(AssetResult result) {
    versions.ended(result.key(), result.state());
  }

  /** Whether running it makes the whole of its table, so that a damaged one can be made anew. */
  static boolean makesAll(AssetDefinition asset) {
    return switch (asset.body()) {
      case AssetBody.SqlQuery _, AssetBody.JavaCode _ ->
          switch (asset.mode()) {
            case WriteMode.Replace() -> true;
            case WriteMode.Merge(var _, WriteMode.Unmatched unmatched) ->
                unmatched == WriteMode.Unmatched.DELETE;
            case WriteMode.Append(), WriteMode.OverwritePartitions _ -> false;
          };
      case AssetBody.Landing _ -> true;
    };
  }

  /** What became of it; whatever it fails with is thrown. */
  AssetState of(AssetDefinition asset, PluginContext.Log log) {
    requireDependencies(asset);
    requireWholeInputs(asset);
    Inputs inputs = Inputs.now(versions, graph, asset);
    WritePlan plan = plan(asset, inputs, rerun);
    Optional<String> damaged = damage.of(asset.key().table());
    if (damaged.isPresent()) {
      Optional<String> hindrance = hindrance(asset, plan);
      if (hindrance.isEmpty()) {
        log.add(asset.key(), "its files are damaged (" + damaged.get() + "): it is made anew");
        AssetState state = run(asset, plan.remaking(), log);
        damage.healed(asset.key().table());
        return state;
      }
      log.add(
          asset.key(),
          "its files are damaged (%s) and stay so, because %s: mend them with `tarn repair`"
              .formatted(damaged.get(), hindrance.get()));
    }
    if (mayBeSkipped(asset, inputs, rerun)) {
      Optional<Materialization.Unchanged> known = manager.unchangedSince(asset.key(), plan);
      if (known.isPresent()) {
        return new AssetState.Skipped(known.get());
      }
    }
    return run(asset, plan, log);
  }

  private AssetState run(AssetDefinition asset, WritePlan plan, PluginContext.Log log) {
    return switch (asset.body()) {
      case AssetBody.SqlQuery(String query) -> written(asset, Output.relation(query), plan);
      case AssetBody.JavaCode(var _, var code) ->
          written(asset, code.apply(new PluginContext(asset, runId, station, manager, log)), plan);
      case AssetBody.Landing(var source) -> {
        LandingResult landed = loader.land(asset.key(), source, plan);
        yield state(landed.materialization(), Optional.of(landed));
      }
    };
  }

  private void requireDependencies(AssetDefinition asset) {
    for (AssetKey dependency : asset.dependencies()) {
      if (versions.of(dependency).isEmpty()) {
        throw new TarnException(
            ErrorCode.ASSET_FAILED,
            "%s reads %s, which has no table yet.".formatted(asset.key(), dependency),
            "Materialize what it is made from too: tarn materialize '+%s'.".formatted(asset.key()));
      }
    }
  }

  /** Why a damaged table cannot be made anew by running its asset. */
  private Optional<String> hindrance(AssetDefinition asset, WritePlan plan) {
    if (!makesAll(asset)) {
      return Optional.of("its write mode keeps rows that a run does not make");
    }
    return switch (asset.body()) {
      case AssetBody.SqlQuery _, AssetBody.JavaCode _ -> Optional.empty();
      case AssetBody.Landing(var source) -> {
        List<String> gone = loader.gone(asset.key(), source, plan);
        yield gone.isEmpty()
            ? Optional.empty()
            : Optional.of("files that were landed are gone: " + String.join(", ", gone));
      }
    };
  }

  /** What is read from a damaged file may be wrong without anyone noticing. */
  private void requireWholeInputs(AssetDefinition asset) {
    List<TableName> read = new ArrayList<>(asset.reads().externalTables());
    asset.dependencies().forEach(dependency -> read.add(dependency.table()));
    for (TableName table : read) {
      Optional<String> damaged = damage.of(table);
      if (damaged.isPresent()) {
        throw new TarnException(
            ErrorCode.ASSET_INPUT_DAMAGED,
            "%s reads %s, whose files are damaged (%s)."
                .formatted(asset.key(), table, damaged.get()),
            "Run what makes it, or mend it with `tarn repair`; then `tarn fsck` again.");
      }
    }
  }

  private AssetState written(AssetDefinition asset, Output output, WritePlan plan) {
    return state(manager.handleOutput(asset.key(), output, plan), Optional.empty());
  }

  private static AssetState state(
      Materialization materialization, Optional<LandingResult> landing) {
    return switch (materialization) {
      case Materialization.Written written -> new AssetState.Written(written, landing);
      case Materialization.Unchanged unchanged -> new AssetState.Unchanged(unchanged, landing);
    };
  }

  /** Whether nothing but its code, its inputs and the engine decide what comes out. */
  static boolean mayBeSkipped(AssetDefinition asset, Inputs inputs, Rerun rerun) {
    boolean determined =
        switch (asset.body()) {
          case AssetBody.SqlQuery _ ->
              asset.reads().repeatability() == Repeatability.REPEATABLE
                  && asset.reads().files().isEmpty();
          case AssetBody.Landing _, AssetBody.JavaCode _ -> false;
        };
    return determined
        && inputs.completeness() == Inputs.Completeness.COMPLETE
        && rerun == Rerun.WHAT_CHANGED;
  }

  static WritePlan plan(AssetDefinition asset, Inputs inputs, Rerun rerun) {
    UnchangedPolicy unchanged =
        switch (rerun) {
          case WHAT_CHANGED -> asset.unchanged();
          case EVERYTHING ->
              switch (asset.unchanged()) {
                case SKIP, REWRITE -> UnchangedPolicy.REWRITE;
                case ALWAYS_WRITE, REMAKE -> asset.unchanged();
              };
        };
    return new WritePlan(
        asset.mode(),
        asset.partitionedBy(),
        asset.allowedChanges(),
        asset.checks(),
        unchanged,
        asset.codeVersion(),
        inputs.versions(),
        asset.description(),
        asset.columnDescriptions());
  }
}
