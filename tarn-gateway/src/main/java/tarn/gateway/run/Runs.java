package tarn.gateway.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import tarn.assets.AssetKey;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.assets.graph.AssetGraph;
import tarn.assets.run.Materializer;
import tarn.assets.run.Rerun;
import tarn.base.TarnException;
import tarn.gateway.trace.Tracing;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;

/** The runs that this service has started since it was started itself. Thread-safe. */
public final class Runs implements AutoCloseable {
  private static final int KEPT = 500;

  private final Lake lake;
  private final Station station;
  private final Consumer<Run> ended;
  private final Tracing tracing;
  private final ConcurrentSkipListMap<String, Run> runs = new ConcurrentSkipListMap<>();

  /**
   * @param ended hears of each run that has ended
   */
  public Runs(Lake lake, Station station, Consumer<Run> ended, Tracing tracing) {
    this.lake = lake;
    this.station = station;
    this.ended = ended;
    this.tracing = tracing;
  }

  /** The station's assets as they are declared now. */
  public AssetGraph graph() {
    try (Session session = lake.session()) {
      return AssetGraph.of(StationAssets.load(station, LakeTables.of(session)));
    }
  }

  /** Starts a run, which goes on by itself. */
  public Run start(AssetGraph graph, SortedSet<AssetKey> selected, Rerun rerun, String author) {
    Materializer materializer = new Materializer(lake, station, graph, author);
    Run run = new Run(materializer, selected, author);
    runs.put(run.id(), run);
    forget();
    Thread.ofPlatform()
        .name("run " + run.id())
        .start(tracing.following("run", () -> go(materializer, run, selected, rerun)));
    return run;
  }

  private void go(Materializer materializer, Run run, SortedSet<AssetKey> selected, Rerun rerun) {
    run.followedBy(tracing.whole());
    try {
      run.endedWith(materializer.run(selected, rerun, run));
    } catch (TarnException e) {
      run.failedWith(e.getMessage());
    } catch (RuntimeException | Error e) {
      run.failedWith(String.valueOf(e));
      throw e;
    } finally {
      ended.accept(run);
    }
  }

  private void forget() {
    while (runs.size() > KEPT) {
      Optional<Run> oldest = runs.values().stream().filter(Run::hasEnded).findFirst();
      if (oldest.isEmpty()) {
        return;
      }
      runs.remove(oldest.get().id());
    }
  }

  public Optional<Run> find(String id) {
    return Optional.ofNullable(runs.get(id));
  }

  /** The newest first. */
  public List<Run> all() {
    List<Run> all = new ArrayList<>(runs.values());
    all.sort(Comparator.comparing(Run::id).reversed());
    return all;
  }

  /** Stops what still runs, and waits until it is rolled back. */
  @Override
  public void close() {
    try {
      for (Run run : all()) {
        for (int waited = 0; !run.hasEnded() && waited < 50; waited++) {
          run.cancel();
          Thread.sleep(100);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
