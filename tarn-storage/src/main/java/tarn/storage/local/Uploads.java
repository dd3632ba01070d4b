package tarn.storage.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tarn.storage.IncompleteUpload;
import tarn.storage.WriteCondition;
import tarn.storage.WrittenObject;
import tarn.storage.internal.Errors;
import tarn.storage.internal.KeyRules;
import tarn.storage.internal.Request;

/**
 * Writes that are under way. Each has two files in a folder that no listing shows: {@code ID.key}
 * says where it goes, and {@code ID.part} holds what came so far. A part always has its key beside
 * it.
 */
final class Uploads {
  static final String FOLDER = ".tarn-uploads";

  private final Path folder;
  private final PlaceLock lock;

  Uploads(Path root) {
    this.folder = root.resolve(FOLDER);
    this.lock = new PlaceLock(folder.resolve("lock"));
  }

  WrittenObject write(
      Path file, String key, InputStream content, WriteCondition condition, Request request) {
    String id = UUID.randomUUID().toString();
    Path part = folder.resolve(id + ".part");
    try {
      Durable.createFolders(folder);
      Files.writeString(folder.resolve(id + ".key"), key, StandardOpenOption.CREATE_NEW);
      long size = fill(part, content);
      Durable.createFolders(parent(file));
      String etag = Stat.etag(Files.readAttributes(part, BasicFileAttributes.class));
      requireNoFolder(file, request);
      lock.whileHeld(request, () -> place(part, file, condition, request));
      Durable.forceFolder(parent(file));
      return new WrittenObject(key, size, etag);
    } catch (FileAlreadyExistsException e) {
      throw KeyRules.refused(request.target(), "a part of its path is a file");
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    } finally {
      remove(id, request);
    }
  }

  /** Gives a file that is whole and on the disk another place. */
  WrittenObject move(Path from, Path file, String key, WriteCondition condition, Request request) {
    try {
      BasicFileAttributes moved = Files.readAttributes(from, BasicFileAttributes.class);
      Durable.createFolders(folder);
      Durable.createFolders(parent(file));
      requireNoFolder(file, request);
      lock.whileHeld(request, () -> place(from, file, condition, request));
      Files.deleteIfExists(from);
      Durable.forceFolder(parent(file));
      Durable.forceFolder(parent(from));
      return new WrittenObject(key, moved.size(), Stat.etag(moved));
    } catch (NoSuchFileException e) {
      throw Errors.notFound(request, "The object", e);
    } catch (FileAlreadyExistsException e) {
      throw KeyRules.refused(request.target(), "a part of its path is a file");
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  private static long fill(Path part, InputStream content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = content.transferTo(Channels.newOutputStream(channel));
      channel.force(true);
      return size;
    }
  }

  private static void place(Path part, Path file, WriteCondition condition, Request request)
      throws IOException {
    switch (condition) {
      case WriteCondition.Always() -> move(part, file);
      case WriteCondition.IfAbsent() -> placeNew(part, file, request);
      case WriteCondition.IfMatches(String etag) -> {
        Optional<String> present = Stat.of(file).map(Stat::etag);
        if (!present.equals(Optional.of(etag))) {
          throw Errors.changed(request, null);
        }
        move(part, file);
      }
    }
  }

  /** A link is made only where nothing is, whoever else writes there. */
  private static void placeNew(Path part, Path file, Request request) throws IOException {
    try {
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException e) {
      throw Errors.exists(request, e);
    } catch (UnsupportedOperationException | IOException e) {
      if (Files.exists(file)) {
        throw Errors.exists(request, e);
      }
      move(part, file);
    }
  }

  private static void move(Path part, Path file) throws IOException {
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void requireNoFolder(Path file, Request request) {
    if (Files.isDirectory(file)) {
      throw KeyRules.refused(request.target(), "there is a folder of that name");
    }
  }

  Stream<IncompleteUpload> list(String prefix, Request request) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(each -> each.toString().endsWith(".key"))
          .flatMap(each -> upload(each, request).stream())
          .filter(each -> each.key().startsWith(prefix))
          .toList()
          .stream();
    } catch (NoSuchFileException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  private static Optional<IncompleteUpload> upload(Path file, Request request) {
    try {
      String name = String.valueOf(file.getFileName());
      return Optional.of(
          new IncompleteUpload(
              Files.readString(file),
              name.substring(0, name.length() - ".key".length()),
              Optional.of(Files.getLastModifiedTime(file).toInstant())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  void abort(IncompleteUpload upload, Request request) {
    remove(UUID.fromString(upload.uploadId()).toString(), request);
  }

  private void remove(String id, Request request) {
    try {
      Files.deleteIfExists(folder.resolve(id + ".part"));
      Files.deleteIfExists(folder.resolve(id + ".key"));
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalStateException(file + " has no folder");
    }
    return parent;
  }
}
