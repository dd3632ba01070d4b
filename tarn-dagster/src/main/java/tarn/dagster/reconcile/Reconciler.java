package tarn.dagster.reconcile;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.dagster.reconcile.IntegrityReport.Verdict;
import tarn.dagster.reconcile.PostedHealth.Posted;

/**
 * Tells Dagster what a check of the lake has found: only what differs from what it was told before.
 * A table's files are an asset of their own there, and an observation with a new data version makes
 * stale what is made of them; the former version makes it fresh again.
 */
public final class Reconciler {
  private final Path folder;
  private final Clock clock;

  /**
   * @param folder keeps what was told
   */
  public Reconciler(Path folder) {
    this(folder, Clock.systemUTC());
  }

  Reconciler(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Tells of the reports that wait and then of this one. When Dagster does not answer, the report
   * waits in the folder.
   *
   * @param report what {@code tarn fsck --json} printed; nothing to tell only of those that wait
   * @param authorization the value of the header {@code Authorization}, if there is to be one
   */
  public Reconciliation reconcile(
      URI dagster, Optional<String> authorization, Optional<String> report) {
    report.ifPresent(IntegrityReport::read);
    try (HealthFile file = HealthFile.open(folder);
        DagsterClient client = new DagsterClient(dagster, authorization)) {
      report.ifPresent(file::enqueue);
      DagsterAssets assets = new DagsterAssets(client);
      Progress progress = new Progress(file, client, assets, assets.storage());
      List<Path> waiting = file.waiting();
      for (Path each : waiting) {
        progress.tell(IntegrityReport.read(file.read(each)));
        file.done(each);
      }
      return progress.result(waiting.size());
    }
  }

  /** How many reports wait for Dagster to answer. */
  public int waiting() {
    try (HealthFile file = HealthFile.open(folder)) {
      return file.waiting().size();
    }
  }

  /** One conversation with Dagster. */
  private final class Progress {
    private final HealthFile file;
    private final DagsterAssets assets;
    private final Posts posts;
    private final Map<String, StorageAsset> known;
    private PostedHealth posted;
    private final Set<String> baselines = new LinkedHashSet<>();
    private final Set<String> damaged = new LinkedHashSet<>();
    private final Set<String> restored = new LinkedHashSet<>();
    private final Set<String> rebuilt = new LinkedHashSet<>();
    private final Set<String> unknown = new TreeSet<>();
    private final Set<String> undecided = new LinkedHashSet<>();

    Progress(
        HealthFile file, DagsterClient client, DagsterAssets assets, List<StorageAsset> storage) {
      this.file = file;
      this.assets = assets;
      this.posts = new Posts(client);
      this.known = storage.stream().collect(Collectors.toMap(StorageAsset::table, each -> each));
      this.posted = file.read();
    }

    void tell(IntegrityReport report) {
      baseline();
      Map<String, Map<String, List<Damage>>> found = found(report);
      for (StorageAsset asset : known.values()) {
        found
            .getOrDefault(asset.table(), Map.of())
            .forEach((part, damages) -> damage(asset, part, damages));
      }
      mended(report, found);
    }

    /** Each table is whole until somebody says otherwise. */
    private void baseline() {
      List<StorageAsset> fresh =
          known.values().stream()
              .filter(asset -> !parts(asset).equals(knownParts(asset.table())))
              .toList();
      if (fresh.isEmpty()) {
        return;
      }
      posts.baselines(fresh, asset -> knownParts(asset.table()));
      for (StorageAsset asset : fresh) {
        Map<String, Posted> told = new TreeMap<>(tables().getOrDefault(asset.table(), Map.of()));
        told.keySet().retainAll(parts(asset));
        parts(asset).forEach(part -> told.putIfAbsent(part, Posted.intact()));
        put(asset.table(), told);
        baselines.add(asset.table());
      }
      file.write(posted);
    }

    private Set<String> parts(StorageAsset asset) {
      return new TreeSet<>(asset.partitions().orElse(List.of("")));
    }

    private Set<String> knownParts(String table) {
      return new TreeSet<>(tables().getOrDefault(table, Map.of()).keySet());
    }

    private Map<String, Map<String, Posted>> tables() {
      return posted.tables();
    }

    private void put(String table, Map<String, Posted> told) {
      Map<String, Map<String, Posted>> tables = new TreeMap<>(tables());
      tables.put(table, told);
      posted = new PostedHealth(PostedHealth.VERSION, posted.incidents(), tables);
    }

    /** By table and by Dagster's partition; damage that belongs to no one partition is of all. */
    private Map<String, Map<String, List<Damage>>> found(IntegrityReport report) {
      Map<String, Map<String, List<Damage>>> found = new LinkedHashMap<>();
      for (Damage damage : report.damages()) {
        StorageAsset asset = known.get(damage.table());
        if (asset == null) {
          unknown.add(damage.table());
          continue;
        }
        for (String part : partsOf(asset, damage)) {
          found
              .computeIfAbsent(asset.table(), _ -> new TreeMap<>())
              .computeIfAbsent(part, _ -> new ArrayList<>())
              .add(damage);
        }
      }
      return found;
    }

    private Set<String> partsOf(StorageAsset asset, Damage damage) {
      return asset
          .partitions()
          .flatMap(keys -> damage.partition().flatMap(name -> PartitionNames.keyOf(name, keys)))
          .map(Set::of)
          .orElseGet(() -> parts(asset));
    }

    private void damage(StorageAsset asset, String part, List<Damage> damages) {
      String table = asset.table();
      Posted before = tables().getOrDefault(table, Map.of()).getOrDefault(part, Posted.intact());
      String fingerprint =
          damages.stream().map(Damage::id).sorted().distinct().collect(Collectors.joining(","));
      if (before.fingerprint().equals(fingerprint)) {
        return;
      }
      long incident = before.damaged() ? before.incident() : posted.incidents() + 1;
      int level = damages.stream().mapToInt(Damage::level).max().orElse(0);
      Posted now =
          new Posted(
              before.damaged() ? before.dataVersion() : "incident-" + incident,
              before.before(),
              incident,
              fingerprint,
              Math.max(level, before.level()),
              before.damaged() ? before.since() : clock.millis());
      posts.damaged(asset, part, now, damages);
      posted =
          new PostedHealth(
              PostedHealth.VERSION, Math.max(incident, posted.incidents()), posted.tables());
      told(table, part, now);
      damaged.add(named(table, part));
    }

    private void told(String table, String part, Posted now) {
      Map<String, Posted> parts = new TreeMap<>(tables().getOrDefault(table, Map.of()));
      parts.put(part, now);
      put(table, parts);
      file.write(posted);
    }

    /** What was damaged and is not found any more, by a check that would have found it. */
    private void mended(IntegrityReport report, Map<String, Map<String, List<Damage>>> found) {
      for (StorageAsset asset : known.values()) {
        String table = asset.table();
        Map<String, Posted> before = tables().getOrDefault(table, Map.of());
        before.forEach(
            (part, told) -> {
              boolean still = found.getOrDefault(table, Map.of()).containsKey(part);
              if (!told.damaged() || still) {
                return;
              }
              if (report.verdict() == Verdict.COMPLETE && report.level() >= told.level()) {
                mended(asset, part, told);
              } else {
                undecided.add(named(table, part));
              }
            });
      }
    }

    /**
     * Files that were put back are what they were, so the former version holds again. An asset that
     * was materialized since is made of the damage's version, which therefore stays.
     */
    private void mended(StorageAsset asset, String part, Posted told) {
      Optional<String> partition = part.isEmpty() ? Optional.empty() : Optional.of(part);
      boolean again = assets.materializedAt(asset.owner(), partition) > told.since();
      String version = again ? told.dataVersion() : told.before();
      Posted now = new Posted(version, version, 0, "", 0, 0);
      posts.mended(asset, part, told, now, how(again), othersDamaged(asset.table(), part));
      told(asset.table(), part, now);
      (again ? rebuilt : restored).add(named(asset.table(), part));
    }

    private Posts.Mended how(boolean again) {
      return again ? Posts.Mended.REBUILT : Posts.Mended.RESTORED;
    }

    private List<String> othersDamaged(String table, String part) {
      return tables().getOrDefault(table, Map.of()).entrySet().stream()
          .filter(each -> each.getValue().damaged() && !each.getKey().equals(part))
          .map(Map.Entry::getKey)
          .toList();
    }

    private static String named(String table, String part) {
      return part.isEmpty() ? table : table + ":" + part;
    }

    Reconciliation result(int reports) {
      return new Reconciliation(
          known.size(),
          List.copyOf(baselines),
          List.copyOf(damaged),
          List.copyOf(restored),
          List.copyOf(rebuilt),
          List.copyOf(unknown),
          List.copyOf(undecided),
          reports);
    }
  }

  /** The error of someone who did not say where Dagster is. */
  public static TarnException nowhere() {
    return new TarnException(
        ErrorCode.USAGE,
        "Nobody says where Dagster is.",
        "Give the address of its webserver: --dagster http://127.0.0.1:3000, or DAGSTER_URL.");
  }
}
