package tarn.storage.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Uploads parts side by side, some at a time: no more of them than that are held in memory.
 *
 * @param <R> what the store answers to a part
 */
public final class PartUploads<R> {
  private static final int MOST_IN_FLIGHT = 4;

  private final ExecutorService executor;
  private final Request request;
  private final Function<Parts.Part, R> upload;
  private final Queue<Future<R>> inFlight = new ArrayDeque<>();
  private final List<R> done = new ArrayList<>();

  public PartUploads(ExecutorService executor, Request request, Function<Parts.Part, R> upload) {
    this.executor = executor;
    this.request = request;
    this.upload = upload;
  }

  /** Waits for room before it takes the part. */
  public void add(Parts.Part part) {
    if (inFlight.size() == MOST_IN_FLIGHT) {
      finishOldest();
    }
    inFlight.add(executor.submit(() -> upload.apply(part)));
  }

  /** What the store answered, in the order of the parts. */
  public List<R> finish() {
    while (!inFlight.isEmpty()) {
      finishOldest();
    }
    return List.copyOf(done);
  }

  /** Stops what is on its way and waits until it has stopped, so that nothing arrives later. */
  public void cancel() {
    inFlight.forEach(each -> each.cancel(true));
    inFlight.clear();
  }

  private void finishOldest() {
    done.add(Futures.join(request, inFlight.remove()));
  }
}
