package tarn.gateway.integrity;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tarn.integrity.FsckRequest;
import tarn.integrity.check.Progress;
import tarn.integrity.check.StopSignal;
import tarn.integrity.report.FsckReport;
import tarn.integrity.report.JsonReport;

/** A check that this service makes, from its start on. Thread-safe. */
public final class CheckRun implements Progress, StopSignal {
  private final String id = UUID.randomUUID().toString();
  private final FsckRequest request;
  private final String author;
  private final Instant started = Instant.now();
  private final List<CheckEvent> events = new ArrayList<>();
  private Instant phaseBegan = started;
  private String phase = "";
  private long files;
  private long bytes;
  private long filesDone;
  private long bytesDone;
  private @Nullable FsckReport report;
  private @Nullable String failure;
  private volatile boolean cancelled;

  CheckRun(FsckRequest request, String author) {
    this.request = request;
    this.author = author;
    add("check_started", Map.of("level", request.level().text()));
  }

  public String id() {
    return id;
  }

  public Instant started() {
    return started;
  }

  FsckRequest request() {
    return request;
  }

  @Override
  public boolean isStopped() {
    return cancelled;
  }

  /** Stops it; what was found until then is kept. */
  public void cancel() {
    cancelled = true;
  }

  @Override
  public synchronized void phase(String name, long allFiles, long allBytes) {
    phase = name;
    files = allFiles;
    bytes = allBytes;
    filesDone = 0;
    bytesDone = 0;
    phaseBegan = Instant.now();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("phase", name);
    fields.put("files", allFiles);
    fields.put("bytes", allBytes);
    add("phase", fields);
  }

  @Override
  public synchronized void advance(long moreFiles, long moreBytes) {
    filesDone += moreFiles;
    bytesDone += moreBytes;
  }

  synchronized void endedWith(FsckReport outcome) {
    report = outcome;
    ended(outcome.status().text());
  }

  synchronized void failedWith(String message) {
    failure = message;
    ended("failed");
  }

  private void ended(String status) {
    add("check_ended", Map.of("status", status));
  }

  public synchronized boolean hasEnded() {
    return report != null || failure != null;
  }

  private String state() {
    if (report != null) {
      return "done";
    }
    return failure != null ? "failed" : cancelled ? "cancelling" : "running";
  }

  /** As the service shows it. */
  public synchronized Map<String, @Nullable Object> document() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("state", state());
    fields.put("status", report == null ? null : report.status().text());
    fields.put("level", request.level().text());
    fields.put("scope", request.scope().display());
    fields.put("author", author);
    fields.put("started", started.toString());
    fields.put("finished", report == null ? null : report.finished().toString());
    fields.put("progress", hasEnded() ? null : progress());
    fields.put("report", report == null ? null : JsonReport.fields(report));
    fields.put("error", failure);
    return fields;
  }

  /** How far the phase at hand is. */
  public synchronized Map<String, @Nullable Object> progress() {
    double seconds = Math.max(0.001, Duration.between(phaseBegan, Instant.now()).toNanos() / 1e9);
    double part =
        bytes > 0 ? (double) bytesDone / bytes : files > 0 ? (double) filesDone / files : 0;
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("phase", phase);
    fields.put("files", files);
    fields.put("files_done", filesDone);
    fields.put("bytes", bytes);
    fields.put("bytes_done", bytesDone);
    fields.put("bytes_per_second", Math.round(bytesDone / seconds));
    fields.put(
        "seconds_left", part > 0 && part <= 1 ? Math.round(seconds / part * (1 - part)) : null);
    return fields;
  }

  private synchronized void add(String type, Map<String, @Nullable Object> fields) {
    events.add(new CheckEvent(events.size() + 1, Instant.now(), type, fields));
    notifyAll();
  }

  /** What happened after an event; waits for news a moment when there are none. */
  public synchronized List<CheckEvent> eventsAfter(int number, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    long left = patience.toMillis();
    while (events.size() <= number && !hasEnded() && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return List.copyOf(events.subList(Math.min(number, events.size()), events.size()));
  }
}
