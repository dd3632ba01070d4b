package tarn.assets.status;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.graph.AssetGraph;
import tarn.assets.landing.LandingSource;
import tarn.assets.landing.WaitingFiles;
import tarn.assets.status.Condition.ChangedByOthers;
import tarn.assets.status.Condition.ChecksFailed;
import tarn.assets.status.Condition.CodeChanged;
import tarn.assets.status.Condition.Current;
import tarn.assets.status.Condition.Damaged;
import tarn.assets.status.Condition.FilesWaiting;
import tarn.assets.status.Condition.InputsChanged;
import tarn.assets.status.Condition.Missing;
import tarn.assets.status.Condition.Overdue;
import tarn.assets.status.Condition.Unknown;
import tarn.integrity.ledger.DamagedTables;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.Tables;

/**
 * Tells how assets stand, from one look at the lake. It reads no data, so it is a hint for people:
 * what a run does is decided by the run.
 */
public final class StatusReader {
  private final Session session;
  private final Path station;
  private final Recorded recorded;
  private final Map<TableName, Long> touched;
  private final Map<TableName, SortedSet<String>> damaged;
  private final Instant now;

  /**
   * @param station the folder to which landing files are relative
   */
  public StatusReader(Session session, Path station, Instant now) {
    this.session = session;
    this.station = station;
    this.recorded = Recorded.of(session);
    this.touched = Tables.lastTouched(session);
    this.damaged = DamagedTables.of(session);
    this.now = now;
  }

  /** In the order of their keys. */
  public List<AssetStatus> of(AssetGraph graph, Collection<AssetKey> keys) {
    List<AssetDefinition> assets = keys.stream().sorted().map(graph::definition).toList();
    Map<AssetKey, Integer> waiting = waitingFiles(assets);
    return assets.stream().map(asset -> status(asset, waiting)).toList();
  }

  /** The same when there is no lake yet, and so no table. */
  public static List<AssetStatus> withoutLake(AssetGraph graph, Collection<AssetKey> keys) {
    return without(graph, keys, new Missing());
  }

  /** The same when the lake cannot be read. */
  public static List<AssetStatus> unknown(AssetGraph graph, Collection<AssetKey> keys) {
    return without(graph, keys, new Unknown());
  }

  private static List<AssetStatus> without(
      AssetGraph graph, Collection<AssetKey> keys, Condition condition) {
    return keys.stream()
        .sorted()
        .map(key -> new AssetStatus(graph.definition(key), Optional.empty(), condition))
        .toList();
  }

  private AssetStatus status(AssetDefinition asset, Map<AssetKey, Integer> waiting) {
    Optional<LastMaterialization> last = recorded.written(asset.key());
    return new AssetStatus(
        asset, last, condition(asset, last, waiting.getOrDefault(asset.key(), 0)));
  }

  private Condition condition(
      AssetDefinition asset, Optional<LastMaterialization> last, int waiting) {
    SortedSet<String> codes = damaged.get(asset.key().table().folded());
    if (codes != null) {
      return new Damaged(codes);
    }
    Optional<Recorded.Failure> failure = recorded.failed(asset.key());
    if (failure.isPresent()) {
      return new ChecksFailed(failure.get().runId(), failure.get().at());
    }
    Optional<Long> changed = lastChange(asset.key());
    return last.isEmpty() || changed.isEmpty()
        ? new Missing()
        : condition(asset, last.get(), changed.get(), waiting);
  }

  private Condition condition(
      AssetDefinition asset, LastMaterialization last, long changed, int waiting) {
    if (!last.codeVersion().equals(asset.codeVersion())) {
      return new CodeChanged();
    }
    if (changed > last.snapshot()) {
      return new ChangedByOthers(changed);
    }
    SortedSet<AssetKey> inputs = changedInputs(asset, last);
    if (!inputs.isEmpty()) {
      return new InputsChanged(inputs);
    }
    if (waiting > 0) {
      return new FilesWaiting(waiting);
    }
    Duration age = Duration.between(last.finished(), now);
    return asset.freshness().filter(limit -> age.compareTo(limit) > 0).isPresent()
        ? new Overdue(age)
        : new Current();
  }

  private SortedSet<AssetKey> changedInputs(AssetDefinition asset, LastMaterialization last) {
    SortedSet<AssetKey> inputs = new TreeSet<>();
    for (AssetKey input : asset.dependencies()) {
      String before = last.inputs().get(input.toString());
      boolean same =
          before == null
              ? lastChange(input).filter(snapshot -> snapshot < last.snapshot()).isPresent()
              : version(input).filter(before::equals).isPresent();
      if (!same) {
        inputs.add(input);
      }
    }
    return inputs;
  }

  /** As its consumers record it: the data version, or the snapshot when there is none. */
  private Optional<String> version(AssetKey key) {
    return lastChange(key)
        .map(
            snapshot ->
                recorded
                    .written(key)
                    .filter(last -> last.snapshot() >= snapshot)
                    .flatMap(LastMaterialization::dataVersion)
                    .orElse("snapshot:" + snapshot));
  }

  private Optional<Long> lastChange(AssetKey key) {
    return Optional.ofNullable(touched.get(key.table().folded()));
  }

  /** Of the sources that were landed; of the others, everything waits. */
  private Map<AssetKey, Integer> waitingFiles(Collection<AssetDefinition> assets) {
    Map<AssetKey, LandingSource> sources = new HashMap<>();
    for (AssetDefinition asset : assets) {
      switch (asset.body()) {
        case AssetBody.Landing landing when recorded.written(asset.key()).isPresent() ->
            sources.put(asset.key(), landing.source());
        case AssetBody.Landing _, AssetBody.SqlQuery _, AssetBody.JavaCode _ -> {}
      }
    }
    return sources.isEmpty() ? Map.of() : WaitingFiles.count(session, station, sources);
  }
}
