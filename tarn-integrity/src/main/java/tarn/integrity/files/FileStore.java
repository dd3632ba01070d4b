package tarn.integrity.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The place where a lake's files are, seen as files. That a file is not there is an answer ({@link
 * Optional#empty}, {@link java.nio.file.NoSuchFileException}); every other {@link IOException}
 * means that nothing is known.
 */
public interface FileStore {
  /** The data path in canonical form, without a slash at its end. */
  String root();

  /**
   * The canonical form of a path as a catalog writes it: two paths that lead to one file have the
   * same one, and {@link #list} uses it.
   */
  String canonical(String path) throws IOException;

  /**
   * Lists every file below a folder, the folders within it included.
   *
   * @param folder in canonical form; one that is not there has no files
   * @param sink gets the files in batches, in no order, on the thread that calls
   * @return what could not be listed: nothing is known of the files there
   */
  List<Unlisted> list(String folder, Consumer<List<StoredFile>> sink) throws InterruptedException;

  /** A folder whose files are unknown. */
  record Unlisted(String folder, String reason) {}

  /** One file, by the path that the engine would open. */
  Optional<StoredFile> find(String path) throws IOException;

  OpenFile open(String path) throws IOException;

  /** How many requests may be under way at a time. */
  int parallelism();

  /**
   * Puts a file of this machine to a path: it appears there whole and durable, or not at all, and
   * takes the place of what is there.
   */
  default void put(Path source, String path) throws IOException {
    throw unchangeable();
  }

  /** Copies a file to this machine, where it is whole and durable when this returns. */
  default void fetch(String path, Path target) throws IOException {
    throw unchangeable();
  }

  /** Removes a file; one that is not there is no error. */
  default void remove(String path) throws IOException {
    throw unchangeable();
  }

  /** Takes a file out of the store to this machine. It is removed only when all of it is there. */
  default void takeOut(String path, Path target) throws IOException {
    fetch(path, target);
    remove(path);
  }

  /** The other way round. */
  default void putBack(Path source, String path) throws IOException {
    put(source, path);
    Files.delete(source);
  }

  private IOException unchangeable() {
    return new IOException("this program cannot change files in " + root());
  }
}
