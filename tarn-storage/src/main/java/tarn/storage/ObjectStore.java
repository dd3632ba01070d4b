package tarn.storage;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Objects below one prefix of a store. Keys are relative to that prefix, with {@code /} between
 * their segments on every store, and are never normalised or decoded: {@code a//b}, {@code a%2Fb}
 * and both Unicode forms of {@code ü} name objects of their own. A key that the store cannot hold
 * as it is written is refused with {@code storage.key-invalid}; one with a segment {@code .} or
 * {@code ..} always is, and one that ends in a slash, which stores take for a folder, when it is to
 * be written.
 *
 * <p>All methods may be called from many threads at once. A request that fails for a passing reason
 * (no answer in time, 429, 5xx, a broken connection, a body that breaks off) is tried again by the
 * store itself, with growing pauses; what is thrown is final. Errors are {@link
 * tarn.base.TarnException}s:
 *
 * <ul>
 *   <li>{@code storage.not-found}: the object, or the bucket, container or folder, is not there
 *   <li>{@code storage.changed}: a condition does not hold, or the object was replaced while it was
 *       read
 *   <li>{@code storage.denied}: a right is missing; the message names it
 *   <li>{@code storage.credentials-refused}: the credentials are missing, wrong or expired
 *   <li>{@code storage.unreachable}: the store did not answer, so nothing is known about the
 *       object; after a write its effect says whether the outcome is unknown
 *   <li>{@code storage.full} and {@code storage.failed}: everything else
 * </ul>
 */
public interface ObjectStore extends AutoCloseable {

  /** The place this store stands for, as a URL or path that ends in a slash; holds no secret. */
  String location();

  /**
   * Objects whose key starts with {@code prefix}, in no promised order, read page by page as the
   * stream is consumed. Close the stream. An error half way is thrown by the stream: a listing
   * never ends early without one. An object that is there during the whole listing is in it, once;
   * one that comes or goes meanwhile may or may not be.
   */
  Stream<StoredObject> list(String prefix);

  /**
   * One level of {@link #list}: objects whose key has no slash after {@code prefix}, and the
   * prefixes that the others share up to their next slash.
   */
  Stream<Listed> children(String prefix);

  /** One object's size, time and ETag; empty when it is not there but its bucket or folder is. */
  Optional<StoredObject> head(String key);

  /**
   * Reads a range of an object, all of it the same version: when the object is replaced meanwhile,
   * the stream fails with {@code storage.changed}. A range is cut at the object's end. The stream
   * asks for bytes ahead of its reader; close it.
   */
  ObjectInput read(String key, ByteRange range);

  /**
   * The same of the version that {@code object} tells of, and of no other: {@code storage.changed}
   * or {@code storage.not-found} when it is gone.
   */
  ObjectInput read(StoredObject object, ByteRange range);

  /**
   * Streams {@code content} to its end into an object, which becomes visible whole or not at all.
   * The content is held in parts of some megabytes, never whole, and is not closed.
   *
   * @throws tarn.base.TarnException {@code storage.changed} when {@code condition} does not hold
   */
  WrittenObject write(String key, InputStream content, WriteCondition condition);

  /**
   * Copies within this store, by the store itself where it can. The source is read as one version.
   */
  WrittenObject copy(String from, String to, WriteCondition condition);

  /**
   * Gives an object another key, under which it becomes visible whole or not at all. When the copy
   * cannot be made the object stays as it was; when this is interrupted it may be under both keys.
   */
  default WrittenObject move(String from, String to, WriteCondition condition) {
    WrittenObject moved = copy(from, to, condition);
    delete(List.of(from));
    return moved;
  }

  /**
   * Removes objects; one that is not there is no error. When some cannot be removed the others are,
   * and the error names the first.
   */
  void delete(Collection<String> keys);

  /**
   * Every content of an object that the store still holds, newest first; a store without versions
   * tells of the current one only.
   */
  List<ObjectVersion> versions(String key);

  /** Reads one of {@link #versions} whole. */
  ObjectInput readVersion(ObjectVersion version);

  /**
   * Uploads to keys that start with {@code prefix} that were begun and neither completed nor
   * aborted.
   */
  Stream<IncompleteUpload> incompleteUploads(String prefix);

  /**
   * Gives up an upload and frees its parts; one that is gone, or was completed meanwhile, is no
   * error.
   */
  void abort(IncompleteUpload upload);

  @Override
  void close();
}
