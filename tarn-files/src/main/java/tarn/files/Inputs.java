package tarn.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.Consumer;
import tarn.files.archive.Archives;
import tarn.files.archive.UnpackLimits;

/**
 * Finds the files that a person names. Each path gives files below its own name: {@code
 * scans/a.dcm} of the folder {@code scans}, {@code week-7/a.dcm} of {@code week-7.zip}, {@code
 * a.dcm} of a file.
 */
final class Inputs {
  private final AddRequest.Archives archives;
  private final BlobStore store;

  Inputs(AddRequest.Archives archives, BlobStore store) {
    this.archives = archives;
    this.store = store;
  }

  /** How much there is, before anything is read. */
  record Size(long files, long bytes) {}

  static Size size(Iterable<Path> paths) {
    long[] sum = new long[2];
    for (Path path : paths) {
      walk(
          path,
          (_, attributes) -> {
            sum[0]++;
            sum[1] += attributes.size();
          });
    }
    return new Size(sum[0], sum[1]);
  }

  void each(Iterable<Path> paths, Consumer<Item> sink) {
    for (Path path : paths) {
      if (archives == AddRequest.Archives.UNPACK
          && Archives.isArchive(path)
          && Files.isRegularFile(path)) {
        unpack(path, sink);
      } else {
        eachFile(path, sink);
      }
    }
  }

  /** Files and those below folders; an archive is a file as any other. */
  static void eachFile(Path path, Consumer<Item> sink) {
    Path root = path.toAbsolutePath().normalize();
    walk(
        root,
        (file, attributes) ->
            sink.accept(
                new Item(
                    name(root, file),
                    Optional.of(attributes.lastModifiedTime().toInstant()),
                    new Item.Content.OnDisk(file))));
  }

  private void unpack(Path archive, Consumer<Item> sink) {
    String below = stem(String.valueOf(archive.getFileName())) + "/";
    try {
      new Archives(UnpackLimits.DEFAULT)
          .unpack(
              archive,
              (name, modified, content) ->
                  sink.accept(new Item(below + name, modified, content(content))));
    } catch (IOException e) {
      throw BlobStore.unreadable(archive.toString(), e);
    }
  }

  private Item.Content content(InputStream content) throws IOException {
    byte[] beginning = content.readNBytes(BlobStore.SMALL + 1);
    return beginning.length <= BlobStore.SMALL
        ? new Item.Content.InMemory(beginning)
        : new Item.Content.Stored(store.put(beginning, content));
  }

  private static String stem(String name) {
    return name.replaceFirst("(?i)\\.(zip|tar|tar\\.gz|tgz)$", "");
  }

  /** A file below {@code root}, or itself, as the collection calls it. */
  static String name(Path root, Path file) {
    Path below = root.relativize(file);
    String name = String.valueOf(root.getFileName());
    return below.toString().isEmpty()
        ? name
        : name + "/" + below.toString().replace(below.getFileSystem().getSeparator(), "/");
  }

  @FunctionalInterface
  private interface Visit {
    void file(Path file, BasicFileAttributes attributes);
  }

  /** Links are followed where they are named, and left out where they are met. */
  private static void walk(Path path, Visit visit) {
    try {
      Path real = path.toRealPath();
      Files.walkFileTree(
          real,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                visit.file(path.resolve(real.relativize(file)), attributes);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw BlobStore.unreadable(path.toString(), e);
    }
  }
}
