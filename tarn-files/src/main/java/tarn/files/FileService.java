package tarn.files;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.StoredObject;
import tarn.storage.connect.Stores;

/** All that can be done with files of a lake. */
public final class FileService {
  private final Lake lake;
  private final BlobStore store;
  private final StoreSettings settings;
  private final Formats formats;
  private final Progress progress;

  /**
   * @param settings by which objects are reached that lie elsewhere
   */
  public FileService(
      Lake lake, BlobStore store, StoreSettings settings, Formats formats, Progress progress) {
    this.lake = lake;
    this.store = store;
    this.settings = settings;
    this.formats = formats;
    this.progress = progress;
  }

  /**
   * Adds files to a collection, and makes it when it is not there. Either all of them become
   * visible in one snapshot, or none.
   *
   * @throws tarn.base.TarnException {@code file.refused} when a header cannot be read or an archive
   *     is dangerous, {@code file.unreadable} when a file cannot be read at all
   */
  public AddResult add(Session session, AddRequest request) {
    return new Adder(lake, store, formats, progress).add(session, request);
  }

  /** The same for files that have names of their own in the collection. */
  public AddResult add(
      Session session, TableName collection, List<NamedFile> files, AddRequest.Damaged damaged) {
    return new Adder(lake, store, formats, progress).add(session, collection, files, damaged);
  }

  /** Adds references to the objects below a location, which stay there. */
  public AddResult register(
      Session session,
      StoreLocation location,
      TableName collection,
      Digests digests,
      AddRequest.Damaged damaged) {
    try (ObjectStore elsewhere = Stores.open(location, settings)) {
      progress.phase("registering", 0, 0);
      Registrar registrar = new Registrar(elsewhere, formats);
      return new Adder(lake, store, formats, progress)
          .add(session, collection, damaged, sink -> registrar.each(digests, sink));
    }
  }

  /** Every collection of the lake, with what it holds. */
  public List<CollectionSummary> collections(Session session) {
    return Collections.all(session).stream()
        .filter(column -> column.name().equals(Collections.FILE))
        .map(column -> CollectionReader.summary(session, column.table()))
        .toList();
  }

  /**
   * The files of a collection in the order of their paths.
   *
   * @param patterns of paths, with {@code *} for any characters; none means all
   * @param snapshot of another moment than now
   * @throws tarn.base.TarnException {@code file.unknown} when there is no such collection
   */
  public List<ListedFile> list(
      Session session, TableName collection, List<String> patterns, OptionalLong snapshot) {
    if (snapshot.isEmpty()) {
      Collections.requireThere(session, collection);
    }
    return CollectionReader.files(session, collection, patterns, snapshot);
  }

  /**
   * Writes files below a folder, each whole and verified or not at all.
   *
   * @throws tarn.base.TarnException {@code file.damaged} for the first that is not what it must be
   */
  public void get(List<ListedFile> files, Path folder) {
    try (Places places = new Places(store, settings)) {
      new Getter(places, progress).get(files, folder);
    }
  }

  /** Reads every byte of files, and says what is wrong. */
  public List<FileFinding> verify(List<ListedFile> files) {
    try (Places places = new Places(store, settings)) {
      return new Verifier(places, progress).verify(files);
    }
  }

  /** Removes references in one snapshot; older ones still show them. */
  public RemoveResult remove(Session session, TableName collection, List<String> patterns) {
    return Remover.remove(lake, session, collection, patterns);
  }

  /** Blobs that no snapshot refers to and that were written before a moment. */
  public List<StoredObject> garbage(Session session, Instant before) {
    return new Garbage(lake, store).find(session, before);
  }

  /** Removes them. */
  public List<StoredObject> collectGarbage(Session session, Instant before) {
    return new Garbage(lake, store).remove(session, before);
  }
}
