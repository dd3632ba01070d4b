package tarn.storage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tarn.storage.StoredObject;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Request;

/**
 * All files below a prefix, folder by folder. What vanishes during the walk is left out; what
 * cannot be looked at is an error, so that a missing right is never taken for a missing file.
 */
final class Walk extends Spliterators.AbstractSpliterator<StoredObject> {
  private final Request request;
  private final Path root;
  private final Deque<OpenFolder> open = new ArrayDeque<>();
  private final Start start;
  private boolean begun;

  private Walk(Path root, Start start, Request request) {
    super(Long.MAX_VALUE, Spliterator.NONNULL | Spliterator.DISTINCT);
    this.root = root;
    this.start = start;
    this.request = request;
  }

  static Stream<StoredObject> below(Path root, String prefix, Request request) {
    Optional<Start> start = Start.of(root, prefix);
    if (start.isEmpty()) {
      return Stream.empty();
    }
    Walk walk = new Walk(root, start.get(), request);
    return StreamSupport.stream(walk, false).onClose(walk::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super StoredObject> action) {
    try {
      if (!begun) {
        begun = true;
        Stat.of(start.folder()).ifPresent(each -> enter(start.folder(), start.keys(), each));
      }
      while (!open.isEmpty()) {
        OpenFolder folder = open.getLast();
        if (!folder.entries.hasNext()) {
          open.removeLast().close();
          continue;
        }
        Path entry = folder.entries.next();
        String key = folder.keys + entry.getFileName();
        if (!key.startsWith(start.prefix()) || key.equals(Uploads.FOLDER)) {
          continue;
        }
        Optional<BasicFileAttributes> attributes = Stat.of(entry);
        if (attributes.isEmpty()) {
          continue;
        }
        if (attributes.get().isDirectory()) {
          enter(entry, key + "/", attributes.get());
        } else if (attributes.get().isRegularFile()) {
          action.accept(Stat.object(key, attributes.get()));
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    } catch (DirectoryIteratorException e) {
      throw LocalFailures.error(request, Objects.requireNonNull(e.getCause()));
    } catch (UncheckedIOException e) {
      throw LocalFailures.error(request, Objects.requireNonNull(e.getCause()));
    }
  }

  private void enter(Path folder, String keys, BasicFileAttributes attributes) {
    Object identity = attributes.fileKey();
    if (identity != null && open.stream().anyMatch(each -> identity.equals(each.identity))) {
      throw Errors.failed(
          request,
          "the link " + root.relativize(folder) + " leads back to a folder above it",
          null);
    }
    try {
      @SuppressWarnings(
          "StreamResourceLeak") // closed when its last entry was read, or with the walk
      DirectoryStream<Path> entries = Files.newDirectoryStream(folder);
      open.addLast(new OpenFolder(entries, keys, identity));
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Removed since its folder was read; what was in it is gone.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void close() {
    while (!open.isEmpty()) {
      open.removeLast().close();
    }
  }

  private static final class OpenFolder {
    private final DirectoryStream<Path> stream;
    private final Iterator<Path> entries;
    private final String keys;
    private final @Nullable Object identity;

    OpenFolder(DirectoryStream<Path> stream, String keys, @Nullable Object identity) {
      this.stream = stream;
      this.entries = stream.iterator();
      this.keys = keys;
      this.identity = identity;
    }

    void close() {
      try {
        stream.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Where the walk for a prefix begins.
   *
   * @param folder the deepest that holds all of its keys
   * @param keys what the keys in that folder begin with
   */
  record Start(Path folder, String keys, String prefix) {

    /** Empty when no file's key can begin so. */
    static Optional<Start> of(Path root, String prefix) {
      String keys = prefix.substring(0, prefix.lastIndexOf('/') + 1);
      Path folder = root;
      if (prefix.indexOf('\0') >= 0) {
        return Optional.empty();
      }
      if (!keys.isEmpty()) {
        for (String name : keys.substring(0, keys.length() - 1).split("/", -1)) {
          if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return Optional.empty();
          }
          folder = folder.resolve(name);
        }
      }
      return Optional.of(new Start(folder, keys, prefix));
    }
  }
}
