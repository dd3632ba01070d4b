package tarn.integrity.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Walks folders with several threads: one reads the names of a folder, any of them asks for the
 * files' sizes, so that one folder with a million files is no slower than a thousand folders.
 */
final class DirectoryWalk {
  private static final int BATCH = 1024;

  /** What the walking threads tell the one that called. */
  private sealed interface Message {
    record Found(List<StoredFile> files) implements Message {}

    record Failed(FileStore.Unlisted folder) implements Message {}

    record Broken(Throwable reason) implements Message {}

    record Done() implements Message {}
  }

  private final Path root;
  private final ExecutorService threads;
  private final BlockingQueue<Message> messages = new ArrayBlockingQueue<>(256);
  private final AtomicInteger unfinished = new AtomicInteger();
  private final Set<Path> linked = ConcurrentHashMap.newKeySet();

  private DirectoryWalk(Path root, int parallelism) {
    this.root = root;
    this.threads =
        Executors.newFixedThreadPool(parallelism, Thread.ofPlatform().name("walk-", 0).factory());
  }

  static List<FileStore.Unlisted> walk(Path root, int parallelism, Consumer<List<StoredFile>> sink)
      throws InterruptedException {
    return new DirectoryWalk(root, parallelism).run(sink);
  }

  private List<FileStore.Unlisted> run(Consumer<List<StoredFile>> sink)
      throws InterruptedException {
    List<FileStore.Unlisted> unlisted = new ArrayList<>();
    try {
      start(() -> folder(root));
      while (true) {
        switch (messages.take()) {
          case Message.Found(List<StoredFile> files) -> sink.accept(files);
          case Message.Failed(FileStore.Unlisted folder) -> unlisted.add(folder);
          case Message.Broken(Throwable reason) ->
              throw new IllegalStateException("the walk below " + root + " broke", reason);
          case Message.Done() -> {
            return unlisted;
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** A part of the walk; the last one to end says that all is done. */
  private interface Part {
    void run() throws InterruptedException;
  }

  private void start(Part part) {
    unfinished.incrementAndGet();
    threads.execute(() -> finish(part));
  }

  private void finish(Part part) {
    try {
      try {
        part.run();
      } catch (RuntimeException | Error e) {
        messages.put(new Message.Broken(e));
      }
      if (unfinished.decrementAndGet() == 0) {
        messages.put(new Message.Done());
      }
    } catch (InterruptedException e) {
      // The one who called has stopped listening.
      Thread.currentThread().interrupt();
    }
  }

  private void folder(Path folder) throws InterruptedException {
    List<Path> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        names.add(entry);
        if (names.size() == BATCH) {
          List<Path> full = names;
          start(() -> entries(full));
          names = new ArrayList<>();
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Gone since its own folder was read: it has no files.
    } catch (DirectoryIteratorException e) {
      IOException cause = e.getCause();
      messages.put(
          new Message.Failed(new FileStore.Unlisted(folder.toString(), String.valueOf(cause))));
    } catch (IOException e) {
      messages.put(new Message.Failed(unlisted(folder, e)));
    }
    entries(names);
  }

  private static FileStore.Unlisted unlisted(Path path, IOException e) {
    return new FileStore.Unlisted(path.toString(), e.toString());
  }

  private void entries(List<Path> entries) throws InterruptedException {
    List<StoredFile> files = new ArrayList<>(entries.size());
    for (Path entry : entries) {
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
          start(() -> folder(entry));
        } else if (attributes.isSymbolicLink()) {
          followLink(entry, files);
        } else if (attributes.isRegularFile()) {
          files.add(LocalFiles.stored(entry, attributes));
        }
      } catch (NoSuchFileException e) {
        // Gone since its folder was read.
      } catch (IOException e) {
        messages.put(new Message.Failed(unlisted(entry, e)));
      }
    }
    if (!files.isEmpty()) {
      messages.put(new Message.Found(files));
    }
  }

  /** A linked folder is walked by its own path, and only when no other way leads there. */
  private void followLink(Path link, List<StoredFile> files) throws IOException {
    BasicFileAttributes target = Files.readAttributes(link, BasicFileAttributes.class);
    if (target.isRegularFile()) {
      files.add(LocalFiles.stored(link, target));
    } else if (target.isDirectory()) {
      Path real = link.toRealPath();
      if (!real.startsWith(root) && !root.startsWith(real) && linked.add(real)) {
        start(() -> folder(real));
      }
    }
  }
}
