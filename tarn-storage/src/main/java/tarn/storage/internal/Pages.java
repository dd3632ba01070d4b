package tarn.storage.internal;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A listing as a stream: while one page is consumed the next is on its way.
 *
 * @param <T> what is listed
 * @param <K> what asks for the next page
 */
public final class Pages<T, K> implements Iterator<T> {
  private final Request request;
  private final ExecutorService executor;
  private final Function<Optional<K>, Page<T, K>> fetch;
  private Iterator<T> current = List.<T>of().iterator();
  private @Nullable Future<Page<T, K>> next;
  private boolean begun;

  private Pages(
      Request request, ExecutorService executor, Function<Optional<K>, Page<T, K>> fetch) {
    this.request = request;
    this.executor = executor;
    this.fetch = fetch;
  }

  /** Nothing is asked before the stream is consumed. */
  public static <T, K> Stream<T> stream(
      Request request, ExecutorService executor, Function<Optional<K>, Page<T, K>> fetch) {
    Pages<T, K> pages = new Pages<>(request, executor, fetch);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(pages, Spliterator.NONNULL), false)
        .onClose(pages::close);
  }

  @Override
  public boolean hasNext() {
    if (!begun) {
      begun = true;
      ask(Optional.empty());
    }
    while (!current.hasNext()) {
      Future<Page<T, K>> coming = next;
      if (coming == null) {
        return false;
      }
      next = null;
      Page<T, K> page = Futures.join(request, coming);
      page.next().ifPresent(token -> ask(Optional.of(token)));
      current = page.items().iterator();
    }
    return true;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return current.next();
  }

  private void ask(Optional<K> token) {
    next = executor.submit(() -> fetch.apply(token));
  }

  private void close() {
    Future<Page<T, K>> coming = next;
    if (coming != null) {
      coming.cancel(true);
    }
  }
}
