package tarn.storage.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.IncompleteUpload;
import tarn.storage.Listed;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.ObjectVersion;
import tarn.storage.Operation;
import tarn.storage.StoreLocation;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Request;

/**
 * A folder as a store. Links are followed. A write goes to a file aside and is forced to the disk
 * before it takes its place in one step; conditions hold among the writers that use this class, in
 * any process.
 */
final class LocalStore implements ObjectStore {
  private final StoreLocation.Folder location;
  private final Keys keys;
  private final Uploads uploads;

  LocalStore(StoreLocation.Folder location) {
    this.location = location;
    this.keys = new Keys(location);
    this.uploads = new Uploads(location.path());
  }

  @Override
  public String location() {
    return location.text();
  }

  @Override
  public Stream<StoredObject> list(String prefix) {
    requireRoot(request(Operation.LIST, prefix));
    return Walk.below(location.path(), prefix, request(Operation.LIST, prefix));
  }

  @Override
  public Stream<Listed> children(String prefix) {
    requireRoot(request(Operation.LIST, prefix));
    return Level.of(location.path(), prefix, request(Operation.LIST, prefix));
  }

  @Override
  public Optional<StoredObject> head(String key) {
    Request request = request(Operation.HEAD, key);
    Path file = keys.file(key);
    try {
      return Stat.of(file)
          .filter(BasicFileAttributes::isRegularFile)
          .map(each -> Stat.object(key, each))
          .or(
              () -> {
                requireRoot(request);
                return Optional.empty();
              });
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  @Override
  public ObjectInput read(String key, ByteRange range) {
    return read(key, range, Optional.empty());
  }

  @Override
  public ObjectInput read(StoredObject object, ByteRange range) {
    return read(object.key(), range, Optional.of(object.etag()));
  }

  private ObjectInput read(String key, ByteRange range, Optional<String> etag) {
    Request request = request(Operation.READ, key);
    try {
      return LocalInput.open(keys.file(key), key, range, etag, request);
    } catch (NoSuchFileException e) {
      requireRoot(request);
      throw Errors.notFound(request, "The object", e);
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  @Override
  public WrittenObject write(String key, InputStream content, WriteCondition condition) {
    Request request = request(Operation.WRITE, key);
    Path file = keys.file(key);
    requireRoot(request);
    return uploads.write(file, key, content, condition, request);
  }

  @Override
  public WrittenObject copy(String from, String to, WriteCondition condition) {
    try (ObjectInput source = read(from, ByteRange.ALL)) {
      return write(to, source, condition);
    }
  }

  /** Moves the file itself: nothing is read or written. */
  @Override
  public WrittenObject move(String from, String to, WriteCondition condition) {
    Request request = request(Operation.COPY, to);
    requireRoot(request);
    return uploads.move(keys.file(from), keys.file(to), to, condition, request);
  }

  @Override
  public void delete(Collection<String> removed) {
    TarnException first = null;
    for (String key : removed) {
      Request request = request(Operation.DELETE, key);
      try {
        Path file = keys.file(key);
        if (!Files.isDirectory(file) && Stat.isThere(file)) {
          Files.deleteIfExists(file);
        }
        requireRoot(request);
      } catch (IOException e) {
        first = first == null ? LocalFailures.error(request, e) : first;
      } catch (TarnException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  @Override
  public List<ObjectVersion> versions(String key) {
    return head(key)
        .map(
            each ->
                new ObjectVersion(
                    key,
                    each.etag(),
                    each.size(),
                    each.modified(),
                    each.etag(),
                    ObjectVersion.Standing.LATEST))
        .stream()
        .toList();
  }

  @Override
  public ObjectInput readVersion(ObjectVersion version) {
    return read(version.key(), ByteRange.ALL, Optional.of(version.etag()));
  }

  @Override
  public Stream<IncompleteUpload> incompleteUploads(String prefix) {
    Request request = request(Operation.LIST_UPLOADS, prefix);
    requireRoot(request);
    return uploads.list(prefix, request);
  }

  @Override
  public void abort(IncompleteUpload upload) {
    uploads.abort(upload, request(Operation.ABORT_UPLOAD, upload.key()));
  }

  @Override
  public void close() {}

  private Request request(Operation operation, String key) {
    return new Request(operation, location.text() + key);
  }

  /** A folder that is gone, say a disk that is not mounted, says nothing about its objects. */
  private void requireRoot(Request request) {
    if (!Files.isDirectory(location.path())) {
      throw Errors.notFound(request, "The folder " + location.text(), null);
    }
  }
}
