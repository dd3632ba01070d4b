package tarn.files;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * One file on its way into a collection.
 *
 * @param path inside the collection, with slashes
 */
record Item(String path, Optional<Instant> modified, Content content) {

  sealed interface Content {
    record OnDisk(Path file) implements Content {}

    /** From an archive, and small. */
    // Items are never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record InMemory(byte[] bytes) implements Content {}

    /** From an archive, and stored already. */
    record Stored(Blob blob) implements Content {}
  }
}
