package tarn.storage.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tarn.storage.KeyPrefix;
import tarn.storage.Listed;
import tarn.storage.internal.Request;

/** The files and folders of one folder. */
final class Level {
  private Level() {}

  static Stream<Listed> of(Path root, String prefix, Request request) {
    Optional<Walk.Start> start = Walk.Start.of(root, prefix);
    if (start.isEmpty()) {
      return Stream.empty();
    }
    try {
      @SuppressWarnings("StreamResourceLeak") // closed with the stream that is returned
      DirectoryStream<Path> entries = Files.newDirectoryStream(start.get().folder());
      return StreamSupport.stream(new Entries(entries.iterator(), request), false)
          .onClose(() -> close(entries, request))
          .mapMulti(
              (entry, sink) -> {
                String key = start.get().keys() + entry.getFileName();
                if (key.startsWith(prefix) && !key.equals(Uploads.FOLDER)) {
                  listed(entry, key, request).ifPresent(sink);
                }
              });
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  private static Optional<Listed> listed(Path entry, String key, Request request) {
    try {
      Optional<BasicFileAttributes> attributes = Stat.of(entry);
      if (attributes.isEmpty()) {
        return Optional.empty();
      }
      if (attributes.get().isDirectory()) {
        return Optional.of(new KeyPrefix(key + "/"));
      }
      return attributes.get().isRegularFile()
          ? Optional.of(Stat.object(key, attributes.get()))
          : Optional.empty();
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  /** A folder's entries, whose errors are the store's. */
  private static final class Entries extends Spliterators.AbstractSpliterator<Path> {
    private final Iterator<Path> entries;
    private final Request request;

    Entries(Iterator<Path> entries, Request request) {
      super(Long.MAX_VALUE, NONNULL);
      this.entries = entries;
      this.request = request;
    }

    @Override
    public boolean tryAdvance(Consumer<? super Path> action) {
      try {
        if (!entries.hasNext()) {
          return false;
        }
        action.accept(entries.next());
        return true;
      } catch (DirectoryIteratorException e) {
        throw LocalFailures.error(request, Objects.requireNonNull(e.getCause()));
      }
    }
  }

  private static void close(DirectoryStream<Path> entries, Request request) {
    try {
      entries.close();
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }
}
