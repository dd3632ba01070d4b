package tarn.gateway.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.assets.run.AssetResult;
import tarn.assets.run.AssetState;
import tarn.assets.run.Materializer;
import tarn.assets.run.RunListener;
import tarn.assets.run.RunReport;
import tarn.gateway.trace.Tracing;

/** A run of this service, from its start on. Thread-safe. */
public final class Run implements RunListener {
  private final Materializer materializer;
  private final SortedSet<AssetKey> selected;
  private final String author;
  private final Instant started = Instant.now();
  private final List<RunEvent> events = new ArrayList<>();
  private volatile Tracing.@Nullable Whole whole;
  private @Nullable RunReport report;
  private @Nullable String failure;
  private boolean cancelled;

  Run(Materializer materializer, SortedSet<AssetKey> selected, String author) {
    this.materializer = materializer;
    this.selected = selected;
    this.author = author;
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("assets", selected.stream().map(AssetKey::toString).toList());
    add("run_started", fields);
  }

  public String id() {
    return materializer.runId();
  }

  public SortedSet<AssetKey> selected() {
    return selected;
  }

  public Instant started() {
    return started;
  }

  /** {@code running}, {@code cancelling}, or how it ended: done, failed, interrupted, unknown. */
  public synchronized String state() {
    if (report != null) {
      return report.outcome().name().toLowerCase(java.util.Locale.ROOT);
    }
    return failure != null ? "failed" : cancelled ? "cancelling" : "running";
  }

  public synchronized boolean hasEnded() {
    return report != null || failure != null;
  }

  public synchronized Optional<RunReport> report() {
    return Optional.ofNullable(report);
  }

  /** As the service shows it. */
  public synchronized Map<String, @Nullable Object> document() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", id());
    fields.put("state", state());
    fields.put("author", author);
    fields.put("started", started.toString());
    fields.put("seconds", report == null ? null : report.duration().toMillis() / 1000.0);
    fields.put("assets", selected.stream().map(AssetKey::toString).toList());
    fields.put(
        "results",
        report == null ? List.of() : report.results().stream().map(Run::fields).toList());
    fields.put("error", failure);
    return fields;
  }

  private static Map<String, @Nullable Object> fields(AssetResult result) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("asset", result.key().toString());
    fields.put("seconds", result.duration().toMillis() / 1000.0);
    switch (result.state()) {
      case AssetState.Written written -> {
        fields.put("state", "written");
        fields.put("rows", written.materialization().rows());
        fields.put("rows_written", written.materialization().rowsWritten());
        fields.put("snapshot", written.materialization().snapshot());
        written.landing().ifPresent(landed -> fields.put("quarantined", landed.malformedRows()));
      }
      case AssetState.Unchanged unchanged -> {
        fields.put("state", "unchanged");
        fields.put("rows", unchanged.materialization().rows());
      }
      case AssetState.Skipped skipped -> {
        fields.put("state", "skipped");
        fields.put("rows", skipped.materialization().rows());
      }
      case AssetState.Failed failed -> {
        fields.put("state", "failed");
        fields.put("code", failed.code().code());
        fields.put("message", failed.message());
        fields.put("remedy", failed.remedy());
      }
      case AssetState.NotRun(var reason) -> {
        fields.put("state", "not_run");
        fields.put(
            "reason",
            switch (reason) {
              case AssetState.Reason.Upstream _ -> "upstream_failed";
              case AssetState.Reason.Interrupted _ -> "interrupted";
              case AssetState.Reason.OutOfMemory _ -> "out_of_memory";
            });
      }
    }
    return fields;
  }

  void followedBy(Tracing.Whole run) {
    whole = run;
  }

  @Override
  public void within(AssetKey key, Runnable work) {
    Tracing.Whole run = whole;
    if (run == null) {
      work.run();
    } else {
      run.part("materialize", key.toString(), work);
    }
  }

  @Override
  public void started(AssetKey key) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("asset", key.toString());
    add("asset_started", fields);
  }

  @Override
  public void logged(AssetKey key, String message) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("asset", key.toString());
    fields.put("message", message);
    add("asset_log", fields);
  }

  @Override
  public void ended(AssetResult result) {
    add("asset_ended", fields(result));
  }

  synchronized void endedWith(RunReport outcome) {
    report = outcome;
    add("run_ended", ending());
  }

  synchronized void failedWith(String message) {
    failure = message;
    add("run_ended", ending());
  }

  private Map<String, @Nullable Object> ending() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("state", state());
    return fields;
  }

  /** Stops it; what is being written is rolled back. */
  public void cancel() {
    synchronized (this) {
      cancelled = true;
    }
    materializer.cancel();
  }

  private synchronized void add(String type, Map<String, @Nullable Object> fields) {
    events.add(new RunEvent(events.size() + 1, Instant.now(), type, fields));
    notifyAll();
  }

  /** What happened after an event; waits for news a moment when there are none. */
  public synchronized List<RunEvent> eventsAfter(int number, long milliseconds)
      throws InterruptedException {
    long end = System.nanoTime() + milliseconds * 1_000_000;
    long left = milliseconds;
    while (events.size() <= number && !hasEnded() && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return List.copyOf(events.subList(Math.min(number, events.size()), events.size()));
  }
}
