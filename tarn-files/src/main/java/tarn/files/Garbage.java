package tarn.files;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.storage.IncompleteUpload;
import tarn.storage.StoredObject;

/** Finds and removes blobs that no snapshot refers to. */
final class Garbage {
  private final Lake lake;
  private final BlobStore store;

  Garbage(Lake lake, BlobStore store) {
    this.lake = lake;
    this.store = store;
  }

  /** What is there without a reference, written before {@code before}. */
  List<StoredObject> find(Session session, Instant before) {
    List<StoredObject> old = new ArrayList<>();
    try (Stream<StoredObject> blobs = store.blobs();
        Stream<StoredObject> incoming = store.incoming()) {
      Stream.concat(blobs, incoming)
          .filter(each -> each.modified().isBefore(before))
          .forEach(old::add);
    }
    Set<String> referenced = referenced(session);
    old.removeIf(each -> referenced.contains(each.key()));
    return old;
  }

  /**
   * Removes it, while nobody of this process or, on a shared catalog, of another adds references.
   */
  List<StoredObject> remove(Session session, Instant before) {
    List<StoredObject> removed = new ArrayList<>();
    lake.whileNobodyWrites(
        List.of(Collections.BLOBS),
        () -> {
          removed.addAll(find(session, before));
          store.remove(removed.stream().map(StoredObject::key).toList());
        });
    try (Stream<IncompleteUpload> uploads = store.store().incompleteUploads("")) {
      uploads
          .filter(each -> each.started().filter(time -> time.isBefore(before)).isPresent())
          .toList()
          .forEach(store.store()::abort);
    }
    return removed;
  }

  /** Keys of the blobs that some snapshot shows. */
  private static Set<String> referenced(Session session) {
    Set<String> keys = new HashSet<>();
    for (ShownReferences shown : ShownReferences.all(session)) {
      session
          .query(
              "SELECT DISTINCT %s.uri FROM %s AT (VERSION => %d)"
                  .formatted(
                      Sql.identifier(shown.column()), shown.table().quoted(), shown.snapshot()),
              row -> row.getString(1))
          .stream()
          .map(BlobKeys::ofUri)
          .flatMap(Optional::stream)
          .forEach(keys::add);
    }
    return keys;
  }
}
