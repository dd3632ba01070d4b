package tarn.files;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tarn.files.format.IndexRow;

/**
 * A file whose bytes are in their place; its row is not yet in the collection.
 *
 * @param finding why it is unreadable
 */
record Added(
    String path,
    FileReference reference,
    Optional<String> format,
    Optional<String> finding,
    Optional<Instant> modified,
    List<IndexRow> rows,
    List<String> remarks,
    Blob.Novelty novelty) {

  /** The same under a longer path. */
  Added below(String prefix) {
    return new Added(prefix + path, reference, format, finding, modified, rows, remarks, novelty);
  }
}
