package tarn.dagster.reconcile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.dagster.reconcile.PostedHealth.Posted;

/** The events that Dagster gets. A materialization is never among them. */
final class Posts {
  private static final String CHECK = "ducklake_files";
  private static final int AT_ONCE = 8;
  private static final int MOST_SHOWN = 20;

  private final DagsterClient client;

  Posts(DagsterClient client) {
    this.client = client;
  }

  /** Why there is no damage any more. */
  enum Mended {
    /** The files are what they were. */
    RESTORED,
    /** The asset was materialized since. */
    REBUILT
  }

  /** Says of tables, or of those of their partitions that are not known, that they are whole. */
  void baselines(List<StorageAsset> assets, Function<StorageAsset, Set<String>> known) {
    List<Runnable> work = new ArrayList<>();
    for (StorageAsset asset : assets) {
      Set<String> told = known.apply(asset);
      for (String part : asset.partitions().orElse(List.of(""))) {
        if (!told.contains(part)) {
          work.add(() -> observe(asset, part, PostedHealth.INTACT, Map.of("status", "intact")));
        }
      }
      if (told.isEmpty()) {
        work.add(() -> evaluate(asset, Map.of("status", "intact"), true));
      }
    }
    all(work);
  }

  void damaged(StorageAsset asset, String part, Posted now, List<Damage> damages) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("status", "damaged");
    metadata.put("incident", now.incident());
    if (!part.isEmpty()) {
      metadata.put("partition", part);
    }
    metadata.put("damaged_files", damages.size());
    metadata.put(
        "classes",
        String.join(", ", damages.stream().map(Damage::code).distinct().sorted().toList()));
    metadata.put("findings", damages.stream().limit(MOST_SHOWN).map(Posts::shown).toList());
    observe(asset, part, now.dataVersion(), metadata);
    evaluate(asset, metadata, false);
  }

  private static Map<String, String> shown(Damage damage) {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("class", damage.code());
    shown.put("file", damage.path());
    shown.put("detail", damage.detail());
    shown.put("remedy", damage.remedy());
    return shown;
  }

  /**
   * @param damaged partitions of the table that still are
   */
  void mended(
      StorageAsset asset,
      String part,
      Posted before,
      Posted now,
      Mended how,
      List<String> damaged) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put(
        "status",
        switch (how) {
          case RESTORED -> "restored";
          case REBUILT -> "rebuilt";
        });
    metadata.put("incident", before.incident());
    if (!damaged.isEmpty()) {
      metadata.put("still_damaged", damaged);
    }
    switch (how) {
      case RESTORED -> observe(asset, part, now.dataVersion(), metadata);
      case REBUILT -> {}
    }
    evaluate(asset, metadata, damaged.isEmpty());
  }

  private void observe(
      StorageAsset asset, String part, String dataVersion, Map<String, ?> metadata) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("data_version", dataVersion);
    body.put("metadata", metadata);
    if (!part.isEmpty()) {
      body.put("partition", part);
    }
    client.report("report_asset_observation", asset.key(), body);
  }

  private void evaluate(StorageAsset asset, Map<String, ?> metadata, boolean passed) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("check_name", CHECK);
    body.put("passed", passed);
    body.put("severity", "ERROR");
    body.put("metadata", metadata);
    client.report("report_asset_check", asset.owner(), body);
  }

  private static void all(List<Runnable> work) {
    try (ExecutorService executor =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      List<Future<?>> all = new ArrayList<>();
      work.forEach(each -> all.add(executor.submit(each)));
      for (Future<?> each : all) {
        each.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TarnException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TarnException(ErrorCode.INTERRUPTED, "It was stopped.", "Run it again.", e);
    }
  }
}
