package tarn.storage.s3;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.storage.ByteRange;
import tarn.storage.IncompleteUpload;
import tarn.storage.Listed;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.ObjectVersion;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;

/** A prefix of a bucket as a store. */
final class S3Store implements ObjectStore {
  private final S3Access access;
  private final S3Listing listing;
  private final S3Reader reader;
  private final S3Uploads uploads;
  private final S3Writer writer;
  private final S3Copier copier;
  private final S3Versions versions;
  private final S3Deleter deleter;

  S3Store(S3Access access) {
    this.access = access;
    this.listing = new S3Listing(access);
    this.reader = new S3Reader(access);
    this.uploads = new S3Uploads(access);
    this.writer = new S3Writer(access, uploads, reader);
    this.copier = new S3Copier(access, uploads, reader, writer);
    this.versions = new S3Versions(access);
    this.deleter = new S3Deleter(access);
  }

  @Override
  public String location() {
    return access.location().text();
  }

  @Override
  public Stream<StoredObject> list(String prefix) {
    return listing.list(prefix);
  }

  @Override
  public Stream<Listed> children(String prefix) {
    return listing.children(prefix);
  }

  @Override
  public Optional<StoredObject> head(String key) {
    return reader.head(key);
  }

  @Override
  public ObjectInput read(String key, ByteRange range) {
    return reader.read(key, range, Optional.empty(), Optional.empty());
  }

  @Override
  public ObjectInput read(StoredObject object, ByteRange range) {
    // A store over files knows no ETag of a file that came another way.
    Optional<String> etag = Optional.of(object.etag()).filter(each -> !each.isEmpty());
    return reader.read(object.key(), range, etag, Optional.empty());
  }

  @Override
  public WrittenObject write(String key, InputStream content, WriteCondition condition) {
    return writer.write(key, content, condition);
  }

  @Override
  public WrittenObject copy(String from, String to, WriteCondition condition) {
    return copier.copy(from, to, condition);
  }

  @Override
  public void delete(Collection<String> keys) {
    deleter.delete(keys);
  }

  @Override
  public List<ObjectVersion> versions(String key) {
    return versions.of(key);
  }

  @Override
  public ObjectInput readVersion(ObjectVersion version) {
    return reader.read(
        version.key(), ByteRange.ALL, Optional.empty(), Optional.of(version.version()));
  }

  @Override
  public Stream<IncompleteUpload> incompleteUploads(String prefix) {
    return uploads.list(prefix);
  }

  @Override
  public void abort(IncompleteUpload upload) {
    uploads.abort(upload.key(), upload.uploadId());
  }

  @Override
  public void close() {
    access.close();
  }
}
