package tarn.assets.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.assets.graph.AssetGraph;
import tarn.assets.io.IoManager;
import tarn.assets.io.IoManager.RunIdentity;
import tarn.assets.landing.LandingLoader;
import tarn.lake.Lake;
import tarn.station.Station;

/**
 * Runs assets in the order of their dependencies, independent ones side by side on the sessions of
 * one lake, so that the engine's memory limit holds for all together. One object is one run.
 */
public final class Materializer {
  private final Lake lake;
  private final Station station;
  private final AssetGraph graph;
  private final String runId;
  private final IoManager manager;
  private final LandingLoader loader;
  private @Nullable Course course;
  private boolean cancelled;

  /**
   * @param author who the lake's snapshots say made them
   */
  public Materializer(Lake lake, Station station, AssetGraph graph, String author) {
    this.lake = lake;
    this.station = station;
    this.graph = graph;
    this.runId = RunId.at(Instant.now());
    this.manager = new IoManager(lake, new RunIdentity(runId, author));
    this.loader = new LandingLoader(lake, manager, station.folder());
  }

  /** Identifies this run in the lake's history; ids of later runs sort after those of earlier. */
  public String runId() {
    return runId;
  }

  /** What {@link #run} would do now, without writing anything. */
  public RunPlan plan(Set<AssetKey> selected, Rerun rerun) {
    return RunPlan.of(manager, Damage.known(lake), graph, new Schedule(graph, selected), rerun);
  }

  /**
   * Materializes the selected assets. An asset whose run fails keeps back those that are made from
   * it; the others go on. Failures are in the report, never thrown.
   */
  public RunReport run(Set<AssetKey> selected, Rerun rerun, RunListener listener) {
    Instant started = Instant.now();
    Schedule schedule = new Schedule(graph, selected);
    AssetRun assets =
        new AssetRun(runId, station.folder(), graph, manager, loader, Damage.known(lake), rerun);
    Course running =
        begin(new Course(graph, schedule, assets, station.settings().parallelism(), listener));
    Map<AssetKey, AssetResult> results = running.run();
    return new RunReport(
        runId,
        started,
        Duration.between(started, Instant.now()),
        schedule.order().stream().map(key -> Objects.requireNonNull(results.get(key))).toList());
  }

  private synchronized Course begin(Course running) {
    course = running;
    if (cancelled) {
      running.interrupt();
    }
    return running;
  }

  /** How far the assets at work are, 0 to 1, where the engine can tell; asked while it runs. */
  public Map<AssetKey, Double> progress() {
    return manager.progress();
  }

  /**
   * Stops the run from another thread: nothing more is started, and what is being written is rolled
   * back. May be called again, since a statement may have begun after the first time.
   */
  public synchronized void cancel() {
    cancelled = true;
    if (course != null) {
      course.interrupt();
    }
    manager.cancel();
  }
}
