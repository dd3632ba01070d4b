package tarn.storage.local;

import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.IncompleteUpload;
import tarn.storage.Listed;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.ObjectVersion;
import tarn.storage.Operation;
import tarn.storage.StoreListener.StoreRequest;
import tarn.storage.StoreListeners;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;

/**
 * Says of each operation on a folder how it ended. Of a listing and of a read that is until the
 * first bytes are there: what follows takes as long as its reader wants.
 */
final class ObservedStore implements ObjectStore {
  private static final String BACKEND = "folder";

  private final ObjectStore store;

  ObservedStore(ObjectStore store) {
    this.store = store;
  }

  private static <T> T observed(Operation operation, Supplier<T> work) {
    long start = System.nanoTime();
    ErrorCode failure = ErrorCode.INTERNAL;
    try {
      T result = work.get();
      failure = null;
      return result;
    } catch (TarnException e) {
      failure = e.code();
      throw e;
    } finally {
      tell(operation, start, failure);
    }
  }

  private static void tell(Operation operation, long start, @Nullable ErrorCode failure) {
    StoreListeners.tell(
        new StoreRequest(
            BACKEND,
            operation,
            1,
            Duration.ofNanos(System.nanoTime() - start),
            Optional.ofNullable(failure)));
  }

  private static void observe(Operation operation, Runnable work) {
    observed(
        operation,
        () -> {
          work.run();
          return true;
        });
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public Stream<StoredObject> list(String prefix) {
    return observed(Operation.LIST, () -> store.list(prefix));
  }

  @Override
  public Stream<Listed> children(String prefix) {
    return observed(Operation.LIST, () -> store.children(prefix));
  }

  @Override
  public Optional<StoredObject> head(String key) {
    return observed(Operation.HEAD, () -> store.head(key));
  }

  @Override
  public ObjectInput read(String key, ByteRange range) {
    return observed(Operation.READ, () -> store.read(key, range));
  }

  @Override
  public ObjectInput read(StoredObject object, ByteRange range) {
    return observed(Operation.READ, () -> store.read(object, range));
  }

  @Override
  public WrittenObject write(String key, InputStream content, WriteCondition condition) {
    return observed(Operation.WRITE, () -> store.write(key, content, condition));
  }

  @Override
  public WrittenObject copy(String from, String to, WriteCondition condition) {
    return observed(Operation.COPY, () -> store.copy(from, to, condition));
  }

  @Override
  public WrittenObject move(String from, String to, WriteCondition condition) {
    return observed(Operation.COPY, () -> store.move(from, to, condition));
  }

  @Override
  public void delete(Collection<String> keys) {
    observe(Operation.DELETE, () -> store.delete(keys));
  }

  @Override
  public List<ObjectVersion> versions(String key) {
    return observed(Operation.LIST_VERSIONS, () -> store.versions(key));
  }

  @Override
  public ObjectInput readVersion(ObjectVersion version) {
    return observed(Operation.READ_VERSION, () -> store.readVersion(version));
  }

  @Override
  public Stream<IncompleteUpload> incompleteUploads(String prefix) {
    return observed(Operation.LIST_UPLOADS, () -> store.incompleteUploads(prefix));
  }

  @Override
  public void abort(IncompleteUpload upload) {
    observe(Operation.ABORT_UPLOAD, () -> store.abort(upload));
  }

  @Override
  public void close() {
    store.close();
  }
}
