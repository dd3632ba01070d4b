package tarn.gateway.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Snapshots;

/**
 * Copies of the catalog for sandboxes to read. The catalog itself is a file of the station's own
 * engine, and two engines must not have it open. A copy is made when a query comes and the lake has
 * changed; it goes when no sandbox uses it any more.
 */
final class CatalogCopies {
  private final Lake lake;
  private final Path folder;
  private @Nullable Copy newest;
  private int count;

  CatalogCopies(Lake lake, Path folder) {
    this.lake = lake;
    this.folder = folder;
  }

  /** The catalog as it was at a snapshot; {@link #release} it. */
  static final class Copy {
    private final long snapshot;
    private final Path file;
    private final AtomicInteger users = new AtomicInteger(1);

    Copy(long snapshot, Path file) {
      this.snapshot = snapshot;
      this.file = file;
    }

    long snapshot() {
      return snapshot;
    }

    Path file() {
      return file;
    }

    Copy used() {
      users.incrementAndGet();
      return this;
    }

    void release() {
      if (users.decrementAndGet() == 0) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** One that holds every commit that has ended before this call. */
  synchronized Copy current() {
    long snapshot;
    try (Session session = lake.session()) {
      snapshot = Snapshots.current(session);
    }
    Copy known = newest;
    if (known != null && known.snapshot == snapshot) {
      return known.used();
    }
    Path file = folder.resolve("catalog-" + snapshot + "-" + ++count + ".ducklake");
    Copy made = new Copy(lake.copyCatalog(file), file);
    newest = made;
    Optional.ofNullable(known).ifPresent(Copy::release);
    return made.used();
  }

  synchronized void close() {
    Optional.ofNullable(newest).ifPresent(Copy::release);
    newest = null;
  }
}
