package tarn.storage.azure;

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

/** A prefix of a container as a store. */
final class AzureStore implements ObjectStore {
  private final AzureAccess access;
  private final AzureListing listing;
  private final AzureReader reader;
  private final AzureWriter writer;
  private final AzureCopier copier;
  private final AzureDeleter deleter;
  private final AzureVersions versions;
  private final Uncommitted uncommitted;

  AzureStore(AzureAccess access) {
    this.access = access;
    this.listing = new AzureListing(access);
    this.reader = new AzureReader(access);
    this.writer = new AzureWriter(access, reader);
    this.copier = new AzureCopier(access, reader);
    this.deleter = new AzureDeleter(access);
    this.versions = new AzureVersions(access);
    this.uncommitted = new Uncommitted(access, listing, reader);
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
    return reader.head(key).map(AzureReader.Head::object);
  }

  @Override
  public ObjectInput read(String key, ByteRange range) {
    return reader.read(key, range, Optional.empty());
  }

  @Override
  public ObjectInput read(StoredObject object, ByteRange range) {
    return reader.read(object.key(), range, Optional.of(object.etag()));
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
    return reader.readVersion(version);
  }

  @Override
  public Stream<IncompleteUpload> incompleteUploads(String prefix) {
    return uncommitted.list(prefix);
  }

  @Override
  public void abort(IncompleteUpload upload) {
    uncommitted.abort(upload);
  }

  @Override
  public void close() {
    access.close();
  }
}
