package tarn.storage.internal;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;
import tarn.storage.Operation;
import tarn.storage.StoredObject;

/**
 * Reads a range in chunks of some megabytes, each asked for by itself and handed out only when it
 * has arrived whole. So a connection that breaks off costs one chunk, no half body is ever seen,
 * and several chunks can be on their way while one is consumed.
 *
 * <p>The first chunk tells which version the object has; the others are asked for that version
 * only. Ever more chunks are asked for ahead, so that reading little costs little.
 */
public final class ChunkedInput extends ObjectInput {
  private static final int MOST_AHEAD = 4;

  private final ChunkSource source;
  private final ExecutorService executor;
  private final String target;
  private final int chunkLength;
  private final StoredObject object;
  private final long end;
  private final Queue<Future<Chunk>> ahead = new ArrayDeque<>();
  private long asked;
  private int width = 1;
  private byte[] current;
  private int position;
  private @Nullable TarnException failure;
  private boolean closed;

  private ChunkedInput(
      ChunkSource source,
      ExecutorService executor,
      String target,
      int chunkLength,
      ByteRange range,
      Chunk first) {
    this.source = source;
    this.executor = executor;
    this.target = target;
    this.chunkLength = chunkLength;
    this.object = first.object();
    this.current = first.bytes();
    this.end = range.end(object.size());
    this.asked = range.offset() + current.length;
  }

  /** Brings the first chunk, so that an object that is not there is an error here. */
  public static ChunkedInput open(
      ChunkSource source,
      ExecutorService executor,
      String target,
      int chunkLength,
      ByteRange range,
      Optional<String> etag) {
    long length = Math.min(chunkLength, range.length().orElse(chunkLength));
    Chunk first = source.fetch(range.offset(), length, etag);
    return new ChunkedInput(source, executor, target, chunkLength, range, first);
  }

  @Override
  public StoredObject object() {
    return object;
  }

  @Override
  public int read() {
    return fill() ? current[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, current.length - position);
    System.arraycopy(current, position, into, offset, count);
    position += count;
    return count;
  }

  @Override
  public int available() {
    return closed ? 0 : current.length - position;
  }

  @Override
  public void close() {
    closed = true;
    ahead.forEach(each -> each.cancel(true));
    ahead.clear();
    current = new byte[0];
    position = 0;
  }

  /** Whether there is a byte at the position, after bringing the next chunk if need be. */
  private boolean fill() {
    if (closed) {
      throw new IllegalStateException("The stream of " + target + " is closed.");
    }
    if (failure != null) {
      throw failure;
    }
    if (position < current.length) {
      return true;
    }
    ask();
    Future<Chunk> next = ahead.poll();
    if (next == null) {
      return false;
    }
    try {
      current = Futures.join(new Request(Operation.READ, target), next).bytes();
    } catch (TarnException e) {
      failure = e;
      throw e;
    }
    position = 0;
    ask();
    return true;
  }

  private Optional<String> version() {
    return Optional.of(object.etag()).filter(each -> !each.isEmpty());
  }

  private void ask() {
    while (asked < end && ahead.size() < width) {
      long offset = asked;
      long length = Math.min(chunkLength, end - offset);
      ahead.add(executor.submit(() -> source.fetch(offset, length, version())));
      asked += length;
    }
    width = Math.min(MOST_AHEAD, width + 1);
  }
}
