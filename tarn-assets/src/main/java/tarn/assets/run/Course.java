package tarn.assets.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.graph.AssetGraph;
import tarn.assets.run.AssetState.Failed;
import tarn.assets.run.AssetState.NotRun;
import tarn.assets.run.AssetState.Reason;
import tarn.base.ErrorCode;

/**
 * The course of one run. One thread decides what starts, others do the work; each asset's outcome
 * is kept whatever becomes of the rest.
 */
final class Course {
  private final AssetGraph graph;
  private final Schedule schedule;
  private final AssetRun assets;
  private final int parallelism;
  private final RunListener listener;

  private final Map<AssetKey, AssetResult> results = new HashMap<>();
  private final Set<AssetKey> running = new HashSet<>();
  private final Set<AssetKey> accompanied = new HashSet<>();
  private final Queue<AssetKey> postponed = new ArrayDeque<>();
  private final Set<AssetKey> alone = new HashSet<>();
  private final BlockingQueue<AssetResult> ended = new LinkedBlockingQueue<>();
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private volatile Optional<Reason> stopped = Optional.empty();

  /**
   * @param parallelism how many assets may be worked on at the same time, at least 1
   */
  Course(
      AssetGraph graph, Schedule schedule, AssetRun assets, int parallelism, RunListener listener) {
    this.graph = graph;
    this.schedule = schedule;
    this.assets = assets;
    this.parallelism = parallelism;
    this.listener = listener;
  }

  /** Runs all that can be run, and says what became of each scheduled asset. */
  Map<AssetKey, AssetResult> run() {
    boolean interrupted = false;
    try (ExecutorService executor = Executors.newFixedThreadPool(parallelism, Course::thread)) {
      start(executor);
      while (!running.isEmpty()) {
        try {
          end(ended.take());
        } catch (InterruptedException e) {
          interrupted = true;
          interrupt();
        }
        start(executor);
      }
    }
    stopped.ifPresent(
        reason ->
            schedule.order().stream()
                .filter(key -> !results.containsKey(key))
                .forEach(key -> keep(key, reason)));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return results;
  }

  /** Platform threads: the engine's calls are native, and would hold a virtual thread's carrier. */
  private static Thread thread(Runnable work) {
    return Thread.ofPlatform().name("materialize").daemon().unstarted(work);
  }

  /** Has nothing more started and those at work interrupted; may be called by any thread. */
  void interrupt() {
    stop(new Reason.Interrupted());
    workers.forEach(Thread::interrupt);
  }

  private synchronized void stop(Reason reason) {
    if (stopped.isEmpty()) {
      stopped = Optional.of(reason);
    }
  }

  private void start(ExecutorService executor) {
    boolean oneIsAlone = running.stream().anyMatch(alone::contains);
    while (stopped.isEmpty() && !oneIsAlone && running.size() < parallelism) {
      Optional<AssetKey> next = schedule.next();
      if (next.isEmpty()) {
        break;
      }
      start(executor, next.get());
    }
    if (stopped.isEmpty() && running.isEmpty() && !postponed.isEmpty()) {
      AssetKey key = postponed.remove();
      alone.add(key);
      start(executor, key);
    }
  }

  private void start(ExecutorService executor, AssetKey key) {
    running.add(key);
    if (running.size() > 1) {
      accompanied.addAll(running);
    }
    tell(() -> listener.started(key));
    executor.execute(() -> listener.within(key, () -> ended.add(work(graph.definition(key)))));
  }

  private AssetResult work(AssetDefinition asset) {
    Instant started = Instant.now();
    AssetState state;
    workers.add(Thread.currentThread());
    try {
      state = assets.of(asset, (key, message) -> tell(() -> listener.logged(key, message)));
    } catch (Throwable thrown) {
      state = failure(asset, thrown);
    } finally {
      workers.remove(Thread.currentThread());
    }
    return new AssetResult(asset.key(), state, Duration.between(started, Instant.now()));
  }

  private AssetState failure(AssetDefinition asset, Throwable thrown) {
    Failed failed = Failures.of(asset, thrown);
    if (Failures.isExhaustion(thrown)) {
      stop(new Reason.OutOfMemory());
      return failed;
    }
    return stopped
        .filter(reason -> reason instanceof Reason.Interrupted)
        .filter(_ -> Failures.isInterruption(thrown))
        .filter(_ -> failed.effect() != tarn.base.Effect.OUTCOME_UNKNOWN)
        .<AssetState>map(NotRun::new)
        .orElse(failed);
  }

  private void end(AssetResult result) {
    AssetKey key = result.key();
    running.remove(key);
    if (mayFitAlone(result)) {
      postponed.add(key);
      tell(() -> listener.postponed(key));
      return;
    }
    finish(result);
    SortedMap<AssetKey, SortedSet<AssetKey>> kept =
        switch (result.state()) {
          case AssetState.Written _, AssetState.Unchanged _, AssetState.Skipped _ ->
              schedule.succeeded(key);
          case Failed _ -> schedule.failed(key);
          // What comes after it is kept back at the end, for the same reason.
          case NotRun _ -> java.util.Collections.emptySortedMap();
        };
    kept.forEach((successor, failures) -> keep(successor, new Reason.Upstream(failures)));
  }

  /** Neighbours take their part of the engine's memory; without them it may be enough. */
  private boolean mayFitAlone(AssetResult result) {
    AssetKey key = result.key();
    boolean repeatable =
        switch (graph.definition(key).body()) {
          case AssetBody.SqlQuery _, AssetBody.Landing _ -> true;
          case AssetBody.JavaCode _ -> false;
        };
    return result.state() instanceof Failed failed
        && failed.code() == ErrorCode.ENGINE_OUT_OF_MEMORY
        && repeatable
        && accompanied.contains(key)
        && !alone.contains(key)
        && stopped.isEmpty();
  }

  private void keep(AssetKey key, Reason reason) {
    finish(new AssetResult(key, new NotRun(reason), Duration.ZERO));
  }

  private void finish(AssetResult result) {
    results.put(result.key(), result);
    assets.ended(result);
    tell(() -> listener.ended(result));
  }

  private synchronized void tell(Runnable message) {
    message.run();
  }
}
