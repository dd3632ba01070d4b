package tarn.assets.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.Reads.Repeatability;
import tarn.assets.graph.AssetGraph;
import tarn.assets.io.Currency;
import tarn.assets.io.IoManager;

/**
 * What a run would do.
 *
 * @param steps one for each selected asset, in an order in which they can be made
 */
public record RunPlan(List<Step> steps) {

  public RunPlan {
    steps = List.copyOf(steps);
  }

  /**
   * @param after selected assets that it waits for
   */
  public record Step(AssetKey key, SortedSet<AssetKey> after, Verdict verdict) {}

  /** Whether an asset would run. */
  public sealed interface Verdict {

    /** It runs for these reasons, each a line for a person. */
    record Runs(List<String> reasons) implements Verdict {}

    /** It runs if one of these changes in the run. */
    record RunsIfChanged(SortedSet<AssetKey> inputs) implements Verdict {}

    /** It is left alone. */
    record Skipped() implements Verdict {}
  }

  /** What a run would do that makes the lake. */
  public static RunPlan ofNewLake(AssetGraph graph, Set<AssetKey> selected) {
    Schedule schedule = new Schedule(graph, selected);
    return new RunPlan(
        schedule.order().stream()
            .map(
                key ->
                    new Step(
                        key,
                        schedule.predecessors(key),
                        new Verdict.Runs(List.of("there is no lake yet"))))
            .toList());
  }

  static RunPlan of(
      IoManager manager, Damage damage, AssetGraph graph, Schedule schedule, Rerun rerun) {
    Map<AssetKey, Verdict> verdicts = new HashMap<>();
    Versions versions = new Versions(manager);
    List<Step> steps = new ArrayList<>();
    for (AssetKey key : schedule.order()) {
      Verdict verdict =
          verdict(manager, damage, versions, graph, graph.definition(key), rerun, verdicts);
      verdicts.put(key, verdict);
      steps.add(new Step(key, schedule.predecessors(key), verdict));
    }
    return new RunPlan(steps);
  }

  private static Verdict verdict(
      IoManager manager,
      Damage damage,
      Versions versions,
      AssetGraph graph,
      AssetDefinition asset,
      Rerun rerun,
      Map<AssetKey, Verdict> before) {
    List<String> reasons = reasons(manager, damage, versions, graph, asset, rerun);
    if (!reasons.isEmpty()) {
      return new Verdict.Runs(reasons);
    }
    SortedSet<AssetKey> uncertain = new TreeSet<>(asset.dependencies());
    uncertain.removeIf(
        key -> before.getOrDefault(key, new Verdict.Skipped()) instanceof Verdict.Skipped);
    return uncertain.isEmpty() ? new Verdict.Skipped() : new Verdict.RunsIfChanged(uncertain);
  }

  private static List<String> reasons(
      IoManager manager,
      Damage damage,
      Versions versions,
      AssetGraph graph,
      AssetDefinition asset,
      Rerun rerun) {
    if (rerun == Rerun.EVERYTHING) {
      return List.of("everything was asked for");
    }
    Inputs inputs = Inputs.now(versions, graph, asset);
    List<String> reasons = new ArrayList<>(ofItself(asset));
    if (AssetRun.makesAll(asset)) {
      damage
          .of(asset.key().table())
          .ifPresent(codes -> reasons.add("its files are damaged: " + codes));
    }
    if (reasons.isEmpty()) {
      switch (manager.currency(asset.key(), AssetRun.plan(asset, inputs, rerun))) {
        case Currency.Current _ -> {
          if (!AssetRun.mayBeSkipped(asset, inputs, rerun)) {
            reasons.add("it reads a view, or a table that is not there yet");
          }
        }
        case Currency.Outdated(Set<String> why) -> reasons.addAll(new TreeSet<>(why));
      }
    }
    return reasons;
  }

  /** Why an asset runs each time. */
  private static List<String> ofItself(AssetDefinition asset) {
    return switch (asset.body()) {
      case AssetBody.Landing _ -> List.of("it looks for new files");
      case AssetBody.JavaCode _ -> List.of("it is code, of which nobody knows what it reads");
      case AssetBody.SqlQuery _ -> {
        if (!asset.reads().files().isEmpty()) {
          yield List.of("it reads files: " + String.join(", ", asset.reads().files()));
        }
        yield asset.reads().repeatability() == Repeatability.VOLATILE
            ? List.of(
                "its query or a check depends on a clock, on chance, on a view or on the engine's state")
            : List.of();
      }
    };
  }
}
