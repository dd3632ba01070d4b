package tarn.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;

/** Reads bytes that references of the blob store stand for, for many threads at once. */
public final class FileContents {
  private static final int CHUNK = 1 << 16;

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

    /**
     * Writes a part. The last bytes are held back until all are known to be right: nobody gets a
     * whole file that is not what it must be.
     *
     * @throws TarnException {@code file.damaged} when the bytes are others than they must be
     */
    public void copyTo(OutputStream out, long offset, long length) throws IOException {
      MessageDigest digest = BlobStore.newSha256();
      long count = 0;
      try (InputStream in = read(ByteRange.of(offset, length))) {
        byte[] held = in.readNBytes(CHUNK);
        while (held.length > 0) {
          digest.update(held);
          count += held.length;
          byte[] next = in.readNBytes(CHUNK);
          if (next.length == 0) {
            require(count == length, "it ends too early");
            boolean whole = length == size();
            require(
                !whole || BlobStore.hexadecimal(digest.digest()).equals(sha256()),
                "its bytes have changed");
          }
          out.write(held);
          held = next;
        }
      }
      require(count == length, "it ends too early");
    }

    private void require(boolean holds, String what) {
      if (!holds) {
        throw new TarnException(
            ErrorCode.FILE_DAMAGED,
            "The blob " + sha256() + " is damaged: " + what + ".",
            "`tarn files verify` finds all damaged files; restore this one from a copy.");
      }
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
