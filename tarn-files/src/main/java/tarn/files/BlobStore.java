package tarn.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.ContentHash;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;

/**
 * Contents under their SHA-256 digests, each stored once, in a folder, in S3 or in Azure Blob
 * Storage. A blob is never changed; what is uploaded becomes a blob only when all its bytes are
 * there and their digest is known. May be used by many threads at once.
 */
public final class BlobStore implements AutoCloseable {
  /** Content up to this size is held in memory while its digest is computed. */
  static final int SMALL = 8 << 20;

  private final ObjectStore store;

  /**
   * @param store closed with this
   */
  public BlobStore(ObjectStore store) {
    this.store = store;
  }

  public String location() {
    return store.location();
  }

  /** Where a blob lies, as a reference says it. */
  String uri(Blob blob) {
    return store.location() + BlobKeys.of(blob.sha256());
  }

  /**
   * Stores a file's content.
   *
   * @param probable whether content of this size may be there already: if so it is read once more
   *     to learn its digest before anything is written
   */
  public Blob put(Path file, LongPredicate probable) {
    try {
      long size = Files.size(file);
      if (size > SMALL && probable.test(size)) {
        Optional<Blob> present = present(file);
        if (present.isPresent()) {
          return present.get();
        }
      }
      try (InputStream content = Files.newInputStream(file)) {
        return put(content);
      }
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  private Optional<Blob> present(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      ContentHash hash = ContentHash.of(content);
      return find(hash.sha256(), hash.size());
    }
  }

  /** Stores what a stream gives until its end, which may be any size; does not close it. */
  public Blob put(InputStream content) throws IOException {
    return put(content.readNBytes(SMALL + 1), content);
  }

  /** The same when its beginning has been read already: all, or more than {@link #SMALL}. */
  Blob put(byte[] beginning, InputStream rest) {
    return beginning.length <= SMALL ? putSmall(beginning) : putLarge(beginning, rest);
  }

  /** Stores content that is in memory. */
  public Blob put(byte[] content) {
    return putSmall(content);
  }

  private Blob putSmall(byte[] content) {
    String sha256 = hexadecimal(newSha256().digest(content));
    return find(sha256, content.length)
        .orElseGet(
            () ->
                placed(
                    sha256,
                    content.length,
                    key ->
                        store.write(
                            key,
                            new ByteArrayInputStream(content),
                            new WriteCondition.IfAbsent())));
  }

  private Blob putLarge(byte[] beginning, InputStream rest) {
    String incoming = BlobKeys.INCOMING + UUID.randomUUID();
    MessageDigest digest = newSha256();
    try {
      InputStream hashed = new DigestInputStream(new Rejoined(beginning, rest), digest);
      WrittenObject written = store.write(incoming, hashed, new WriteCondition.IfAbsent());
      String sha256 = hexadecimal(digest.digest());
      Optional<Blob> present = find(sha256, written.size());
      return present.isPresent()
          ? present.get()
          : placed(
              sha256,
              written.size(),
              key -> store.move(incoming, key, new WriteCondition.IfAbsent()));
    } finally {
      store.delete(List.of(incoming));
    }
  }

  /** Puts content in its place; another who was faster has put the very same there. */
  private Blob placed(String sha256, long size, Placing placing) {
    String key = BlobKeys.of(sha256);
    try {
      placing.at(key);
    } catch (TarnException e) {
      if (e.code() != ErrorCode.STORAGE_CHANGED) {
        throw e;
      }
    }
    Blob stored =
        find(sha256, size)
            .orElseThrow(
                () ->
                    new TarnException(
                        ErrorCode.STORAGE_FAILED,
                        store.location() + key + " is gone right after it was written.",
                        "Find out what removes objects there, then try again."));
    return new Blob(sha256, size, stored.etag(), Blob.Novelty.WRITTEN);
  }

  @FunctionalInterface
  private interface Placing {
    WrittenObject at(String key);
  }

  /**
   * The blob of that digest, if it is there.
   *
   * @throws TarnException {@code file.damaged} when it has another size than it must have
   */
  public Optional<Blob> find(String sha256, long size) {
    String key = BlobKeys.of(sha256);
    return store
        .head(key)
        .map(
            object -> {
              if (object.size() != size) {
                throw new TarnException(
                    ErrorCode.FILE_DAMAGED,
                    "The blob %s%s has %d bytes instead of %d."
                        .formatted(store.location(), key, object.size(), size),
                    "Remove or restore that object, then try again.");
              }
              return new Blob(sha256, size, object.etag(), Blob.Novelty.PRESENT);
            });
  }

  /** What the store tells of a blob; empty when it is not there. */
  public Optional<StoredObject> head(String key) {
    return store.head(key);
  }

  public ObjectInput read(StoredObject object, ByteRange range) {
    return store.read(object, range);
  }

  public ContentHash hash(StoredObject object) {
    return ContentHash.of(store, object);
  }

  /** All blobs, in no promised order; close the stream. */
  Stream<StoredObject> blobs() {
    return store.list(BlobKeys.PREFIX).filter(each -> BlobKeys.digest(each.key()).isPresent());
  }

  /** Uploads that were broken off, or are under way; close the stream. */
  Stream<StoredObject> incoming() {
    return store.list(BlobKeys.INCOMING);
  }

  void remove(Collection<String> keys) {
    store.delete(keys);
  }

  ObjectStore store() {
    return store;
  }

  @Override
  public void close() {
    store.close();
  }

  static TarnException unreadable(String path, IOException e) {
    return new TarnException(
        ErrorCode.FILE_UNREADABLE,
        "Cannot read " + path + ": " + e,
        "Check that the file is there and that you may read it.",
        e);
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String hexadecimal(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /** A stream whose beginning has been read already. */
  private static final class Rejoined extends InputStream {
    private final InputStream beginning;
    private final InputStream rest;

    Rejoined(byte[] beginning, InputStream rest) {
      this.beginning = new ByteArrayInputStream(beginning);
      this.rest = rest;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = beginning.read(into, offset, length);
      return count >= 0 ? count : rest.read(into, offset, length);
    }
  }
}
