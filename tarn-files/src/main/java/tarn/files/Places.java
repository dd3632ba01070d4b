package tarn.files;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.ContentHash;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocations;
import tarn.storage.StoreSettings;
import tarn.storage.StoredObject;
import tarn.storage.connect.Stores;

/** Finds the object that a reference points to, in the blob store or elsewhere. */
final class Places implements AutoCloseable {
  private final BlobStore blobs;
  private final StoreSettings settings;
  private final Map<String, ObjectStore> others = new HashMap<>();

  Places(BlobStore blobs, StoreSettings settings) {
    this.blobs = blobs;
    this.settings = settings;
  }

  /** An object, and the store it is in. */
  record Place(ObjectStore store, StoredObject object) {
    ObjectInput read(ByteRange range) {
      return store.read(object, range);
    }

    ContentHash hash() {
      return ContentHash.of(store, object);
    }
  }

  Optional<Place> find(FileReference reference) {
    return switch (reference.state()) {
      case STORED, UNREADABLE -> {
        String key =
            BlobKeys.ofUri(reference.uri())
                .orElseThrow(
                    () ->
                        new TarnException(
                            ErrorCode.FILE_DAMAGED,
                            reference.uri() + " is not the place of a blob.",
                            "Find out who wrote this row; `tarn snapshots` lists the changes."));
        yield blobs.store().head(key).map(object -> new Place(blobs.store(), object));
      }
      case EXTERNAL -> {
        int slash = reference.uri().lastIndexOf('/');
        ObjectStore store = other(reference.uri().substring(0, slash + 1));
        yield store
            .head(reference.uri().substring(slash + 1))
            .map(object -> new Place(store, object));
      }
    };
  }

  private ObjectStore other(String location) {
    return others.computeIfAbsent(
        location, each -> Stores.open(StoreLocations.parse(each, Path.of("/")), settings));
  }

  @Override
  public void close() {
    others.values().forEach(ObjectStore::close);
  }
}
