package tarn.integrity.maintain;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.storage.IncompleteUpload;
import tarn.storage.ObjectStore;
import tarn.storage.StoredObject;

/**
 * What writes that were stopped have left in a store: uploads that were never completed, which show
 * in no listing and are paid for, and empty objects of the lake's formats that no catalog has.
 *
 * @param empty their keys
 */
public record Leftovers(List<IncompleteUpload> uploads, List<String> empty) {
  private static final Pattern FORMATS = Pattern.compile(".*\\.(parquet|puffin)", Pattern.DOTALL);

  static final Leftovers NONE = new Leftovers(List.of(), List.of());

  public Leftovers {
    uploads = List.copyOf(uploads);
    empty = List.copyOf(empty);
  }

  /**
   * Looks for them.
   *
   * @param session one of {@link Lake#catalogSession}
   * @param store of the data path
   * @param before what was begun or written later may belong to a writer that is still at it
   */
  public static Leftovers find(Session session, ObjectStore store, Instant before) {
    try (Stream<IncompleteUpload> uploads = store.incompleteUploads("");
        Stream<StoredObject> objects = store.list("")) {
      List<IncompleteUpload> begun =
          uploads
              .filter(each -> each.started().filter(time -> time.isBefore(before)).isPresent())
              .toList();
      List<String> empty =
          objects
              .filter(each -> each.size() == 0 && each.modified().isBefore(before))
              .map(StoredObject::key)
              .filter(key -> FORMATS.matcher(key.toLowerCase(Locale.ROOT)).matches())
              .toList();
      // By name alone: rather one object too many stays than one that is needed goes.
      Set<String> known = empty.isEmpty() ? Set.of() : names(session);
      return new Leftovers(
          begun, empty.stream().filter(key -> !known.contains(name(key))).toList());
    }
  }

  private static Set<String> names(Session session) {
    return new HashSet<>(
        session.query(
            """
            SELECT DISTINCT lower(regexp_replace(path, '^.*[/\\\\]', '')) FROM (
              SELECT path FROM %1$s.ducklake_data_file
              UNION ALL SELECT path FROM %1$s.ducklake_delete_file
              UNION ALL SELECT path FROM %1$s.ducklake_files_scheduled_for_deletion)"""
                .formatted(Lake.METADATA),
            row -> String.valueOf(row.getString(1))));
  }

  private static String name(String key) {
    return key.substring(key.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
  }

  /** Frees what they hold. */
  public void remove(ObjectStore store) {
    uploads.forEach(store::abort);
    store.delete(empty);
  }
}
