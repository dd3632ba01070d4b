package tarn.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Spliterators;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Lists a tree by several of its folders at once: one listing waits for each page before it may ask
 * for the next, but folders know nothing of each other. It first looks at the upper levels until it
 * knows enough folders, then lists each whole. Where nearly all objects lie in one folder it brings
 * nothing.
 */
public final class ParallelListing {
  private static final int MOST_LEVELS = 4;
  private static final int BATCH_LENGTH = 500;
  private static final int BATCHES_WAITING = 16;

  private final ObjectStore store;
  private final int lanes;
  private final BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(BATCHES_WAITING);
  private volatile boolean closed;

  private ParallelListing(ObjectStore store, int lanes) {
    this.store = store;
    this.lanes = lanes;
  }

  /**
   * The objects of {@link ObjectStore#list}, under the same promises; close the stream.
   *
   * @param lanes how many listings run side by side, at least 1
   */
  public static Stream<StoredObject> list(ObjectStore store, String prefix, int lanes) {
    ParallelListing listing = new ParallelListing(store, lanes);
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    return StreamSupport.stream(() -> listing.begin(executor, prefix), 0, false)
        .onClose(
            () -> {
              listing.closed = true;
              executor.shutdownNow();
            });
  }

  private Arrivals begin(ExecutorService executor, String prefix) {
    executor.execute(() -> produce(prefix));
    return new Arrivals(arrivals);
  }

  private void produce(String prefix) {
    try {
      List<String> folders = List.of(prefix);
      for (int level = 0; level < MOST_LEVELS && few(folders); level++) {
        folders =
            folders.stream()
                .gather(Gatherers.mapConcurrent(lanes, this::level))
                .flatMap(List::stream)
                .toList();
      }
      folders.stream().gather(Gatherers.mapConcurrent(lanes, this::whole)).forEach(each -> {});
      offer(new End());
    } catch (RuntimeException | Error e) {
      if (!closed) {
        offer(new Failure(e));
      }
    }
  }

  private boolean few(List<String> folders) {
    return !folders.isEmpty() && folders.size() < 2 * lanes;
  }

  /** Hands the objects of one level on, and returns the folders. */
  private List<String> level(String prefix) {
    List<String> folders = new ArrayList<>();
    Outgoing out = new Outgoing();
    try (Stream<Listed> entries = store.children(prefix)) {
      entries.forEach(
          each -> {
            switch (each) {
              case StoredObject object -> out.add(object);
              case KeyPrefix folder -> folders.add(folder.prefix());
            }
          });
      out.finish();
    }
    return folders;
  }

  private int whole(String prefix) {
    Outgoing out = new Outgoing();
    try (Stream<StoredObject> objects = store.list(prefix)) {
      objects.forEach(out::add);
      return out.finish();
    }
  }

  private void offer(Arrival arrival) {
    try {
      while (!arrivals.offer(arrival, 100, TimeUnit.MILLISECONDS)) {
        if (closed) {
          throw new IllegalStateException("The listing was closed.");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The listing was closed.", e);
    }
  }

  private sealed interface Arrival {}

  private record Batch(List<StoredObject> objects) implements Arrival {}

  private record Failure(Throwable cause) implements Arrival {}

  private record End() implements Arrival {}

  /** Objects on their way to the consumer, some hundreds at a time. */
  private final class Outgoing {
    private List<StoredObject> objects = new ArrayList<>();
    private int count;

    void add(StoredObject object) {
      objects.add(object);
      if (objects.size() == BATCH_LENGTH) {
        finish();
      }
    }

    int finish() {
      count += objects.size();
      if (!objects.isEmpty()) {
        offer(new Batch(objects));
        objects = new ArrayList<>();
      }
      return count;
    }
  }

  private static final class Arrivals extends Spliterators.AbstractSpliterator<StoredObject> {
    private final BlockingQueue<Arrival> arrivals;
    private List<StoredObject> batch = List.of();
    private int position;
    private boolean ended;

    Arrivals(BlockingQueue<Arrival> arrivals) {
      super(Long.MAX_VALUE, NONNULL);
      this.arrivals = arrivals;
    }

    @Override
    public boolean tryAdvance(Consumer<? super StoredObject> action) {
      while (position == batch.size()) {
        if (ended) {
          return false;
        }
        next();
      }
      action.accept(batch.get(position++));
      return true;
    }

    private void next() {
      try {
        switch (arrivals.take()) {
          case Batch(List<StoredObject> objects) -> {
            batch = objects;
            position = 0;
          }
          case Failure(Throwable cause) -> {
            ended = true;
            throw rethrown(cause);
          }
          case End() -> ended = true;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TarnException(
            ErrorCode.INTERRUPTED, "Interrupted while listing.", "Run it again.");
      }
    }

    private static RuntimeException rethrown(Throwable cause) {
      if (cause instanceof Error error) {
        throw error;
      }
      return (RuntimeException) cause;
    }
  }
}
