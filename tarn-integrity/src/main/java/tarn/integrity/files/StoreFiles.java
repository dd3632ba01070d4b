package tarn.integrity.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;

/** Files of an object store. What the store does not say for certain is unknown, never missing. */
public final class StoreFiles implements FileStore {
  private static final int BATCH = 1_000;
  private static final int REQUESTS = 16;

  private final ObjectStore store;
  private final String root;
  private final StorePath place;

  /**
   * @param store whose prefix is the data path
   * @param dataPath as the lake is attached with it: a URL that ends in a slash
   */
  public StoreFiles(ObjectStore store, String dataPath) {
    this.store = store;
    this.root = dataPath.substring(0, dataPath.length() - 1);
    this.place =
        StorePath.of(dataPath)
            .orElseThrow(() -> new IllegalArgumentException(dataPath + " is no URL"));
  }

  @Override
  public String root() {
    return root;
  }

  /** Another way to write the same store gives way to the data path's own. */
  @Override
  public String canonical(String path) {
    return StorePath.of(path)
        .filter(other -> other.isBeside(place) && other.key().startsWith(place.key()))
        .map(other -> root + "/" + other.key().substring(place.key().length()))
        .orElse(path);
  }

  private String key(String path) throws IOException {
    String canonical = canonical(path);
    if (canonical.equals(root)) {
      return "";
    }
    if (!canonical.startsWith(root + "/")) {
      throw new IOException(path + " does not lie below " + root);
    }
    return canonical.substring(root.length() + 1);
  }

  @Override
  public List<Unlisted> list(String folder, Consumer<List<StoredFile>> sink) {
    try (Stream<StoredObject> objects = store.list(folder.equals(root) ? "" : key(folder) + "/")) {
      List<StoredFile> batch = new ArrayList<>(BATCH);
      Iterator<StoredObject> each = objects.iterator();
      while (each.hasNext()) {
        batch.add(stored(each.next()));
        if (batch.size() == BATCH) {
          sink.accept(batch);
          batch = new ArrayList<>(BATCH);
        }
      }
      sink.accept(batch);
      return List.of();
    } catch (TarnException e) {
      return List.of(new Unlisted(folder, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return List.of(new Unlisted(folder, e.toString()));
    }
  }

  private StoredFile stored(StoredObject object) {
    return new StoredFile(
        root + "/" + object.key(), object.size(), object.modified(), object.etag());
  }

  @Override
  public Optional<StoredFile> find(String path) throws IOException {
    String key = key(path);
    if (key.isEmpty()) {
      return Optional.empty();
    }
    try {
      return store.head(key).map(this::stored);
    } catch (TarnException e) {
      throw unknown(path, e);
    }
  }

  private static IOException unknown(String path, TarnException e) {
    return new IOException(path + ": " + e.getMessage(), e);
  }

  @Override
  public OpenFile open(String path) throws IOException {
    String key = key(path);
    try {
      return store
          .head(key)
          .map(object -> new OpenObject(store, object))
          .orElseThrow(() -> new NoSuchFileException(path));
    } catch (TarnException e) {
      throw unknown(path, e);
    }
  }

  @Override
  public int parallelism() {
    return REQUESTS;
  }

  @Override
  public void put(Path source, String path) throws IOException {
    String key = key(path);
    try (InputStream content = Files.newInputStream(source)) {
      store.write(key, content, new WriteCondition.Always());
    } catch (TarnException e) {
      throw unknown(path, e);
    }
  }

  /** What was fetched is one version of the object, and as long as the store says. */
  @Override
  public void fetch(String path, Path target) throws IOException {
    String key = key(path);
    Path parent = Objects.requireNonNull(target.getParent());
    Files.createDirectories(parent);
    try (ObjectInput content = store.read(key, ByteRange.ALL)) {
      long written = Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
      if (written != content.object().size()) {
        throw new IOException(
            "%s has %d bytes, and %d came".formatted(path, content.object().size(), written));
      }
    } catch (TarnException e) {
      if (e.code() == ErrorCode.STORAGE_NOT_FOUND) {
        throw new NoSuchFileException(path);
      }
      throw unknown(path, e);
    }
    Durability.force(List.of(target), parent);
  }

  @Override
  public void remove(String path) throws IOException {
    String key = key(path);
    if (key.isEmpty()) {
      throw new IOException(path + " is no file");
    }
    try {
      store.delete(List.of(key));
    } catch (TarnException e) {
      throw unknown(path, e);
    }
  }

  /**
   * One version of an object. Who reads it from its start on gets it by one request; who asks for a
   * piece of it gets that piece.
   */
  private static final class OpenObject implements OpenFile {
    private final ObjectStore store;
    private final StoredObject object;
    private @Nullable ObjectInput stream;
    private long position;

    OpenObject(ObjectStore store, StoredObject object) {
      this.store = store;
      this.object = object;
    }

    @Override
    public long size() {
      return object.size();
    }

    @Override
    public int read(long offset, byte[] into, int length) throws IOException {
      if (offset >= object.size() || length == 0) {
        return 0;
      }
      try {
        ObjectInput open = stream;
        if (offset == 0 && open == null) {
          open = store.read(object, ByteRange.ALL);
          stream = open;
        }
        if (open != null && offset == position) {
          int read = open.readNBytes(into, 0, length);
          position += read;
          return read;
        }
        try (ObjectInput piece = store.read(object, ByteRange.of(offset, length))) {
          return piece.readNBytes(into, 0, length);
        }
      } catch (TarnException e) {
        if (e.code() == ErrorCode.STORAGE_NOT_FOUND) {
          throw new NoSuchFileException(object.key());
        }
        throw unknown(object.key(), e);
      }
    }

    @Override
    public void close() {
      if (stream != null) {
        stream.close();
      }
    }
  }
}
