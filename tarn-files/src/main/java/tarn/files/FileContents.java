package tarn.files;

import java.util.Optional;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;

/** Reads bytes that references of the blob store stand for, for many threads at once. */
public final class FileContents {
  private final BlobStore store;

  public FileContents(BlobStore store) {
    this.store = store;
  }

  /** A blob that is there and has the size that it must have. */
  public static final class Content {
    private final Blob blob;
    private final Places.Place place;

    private Content(Blob blob, Places.Place place) {
      this.blob = blob;
      this.place = place;
    }

    public long size() {
      return blob.size();
    }

    /** 64 hexadecimal digits. */
    public String sha256() {
      return blob.sha256();
    }

    /** Opens a part; close it. */
    public ObjectInput read(ByteRange range) {
      return place.read(range);
    }
  }

  /**
   * The blob of a digest; empty when it is not there.
   *
   * @throws tarn.base.TarnException {@code file.damaged} when it has another size
   */
  public Optional<Content> find(String sha256, long size) {
    return store
        .find(sha256, size)
        .flatMap(
            blob ->
                store
                    .head(BlobKeys.of(sha256))
                    .map(object -> new Content(blob, new Places.Place(store.store(), object))));
  }

  /** The blob of a digest, whatever its size. */
  public Optional<Content> find(String sha256) {
    return store.head(BlobKeys.of(sha256)).flatMap(object -> find(sha256, object.size()));
  }
}
