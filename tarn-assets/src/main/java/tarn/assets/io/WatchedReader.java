package tarn.assets.io;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A reader that counts what the engine takes from it and keeps the exception that ended it: the
 * engine only passes on its text. The engine calls it from threads of its own, one at a time.
 */
final class WatchedReader extends ArrowReader {
  private final ArrowReader reader;
  private volatile long rows;
  private volatile @Nullable Throwable failure;

  @SuppressWarnings("NullAway") // it makes no vectors, so it needs no allocator
  WatchedReader(ArrowReader reader) {
    super(null);
    this.reader = reader;
  }

  /** Rows handed over so far. */
  long rows() {
    return rows;
  }

  /** What the reader threw, if it did. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time; volatile for those that look
  public boolean loadNextBatch() throws IOException {
    try {
      if (!reader.loadNextBatch()) {
        return false;
      }
      rows += reader.getVectorSchemaRoot().getRowCount();
      return true;
    } catch (Throwable e) {
      failure = e;
      throw new IOException("the stream failed after row " + rows + ": " + e.getMessage(), e);
    }
  }

  @Override
  public VectorSchemaRoot getVectorSchemaRoot() throws IOException {
    try {
      return reader.getVectorSchemaRoot();
    } catch (Throwable e) {
      failure = e;
      throw new IOException("the stream's schema cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Map<Long, Dictionary> getDictionaryVectors() throws IOException {
    return reader.getDictionaryVectors();
  }

  @Override
  public Dictionary lookup(long id) {
    return reader.lookup(id);
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return reader.getDictionaryIds();
  }

  @Override
  public long bytesRead() {
    return reader.bytesRead();
  }

  /**
   * Does nothing: the engine closes the stream when it has read it, and then still holds memory of
   * the reader's allocator, which the reader may close with itself.
   */
  @Override
  public void close() {}

  @Override
  public void close(boolean closeReadSource) {}

  /** Closes the reader, once the engine holds nothing of it any more. */
  void closeReader() throws IOException {
    reader.close();
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() throws IOException {
    return getVectorSchemaRoot().getSchema();
  }
}
