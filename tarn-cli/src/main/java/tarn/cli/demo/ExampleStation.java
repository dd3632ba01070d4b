package tarn.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * The example station that this program carries, and the folder it is put into. One process at a
 * time works on a folder, until it closes this or ends.
 */
public final class ExampleStation implements AutoCloseable {
  private static final String CARRIED = "/tarn/demo/hospital";
  private static final String PACKED = ".gz";

  private final Path folder;
  private final Found found;
  private final FileChannel lock;

  private ExampleStation(Path folder, Found found, FileChannel lock) {
    this.folder = folder;
    this.found = found;
    this.lock = lock;
  }

  /** What was in the folder before. */
  public enum Found {
    NOTHING,
    EARLIER_DEMO
  }

  /**
   * Makes a folder a demo's, if it is free for one or an earlier demo of the same records.
   *
   * @throws TarnException {@code station.exists} when it holds anything else, {@code
   *     catalog.locked} when another process makes a demo of it
   */
  public static ExampleStation claim(Path folder, Records records) {
    Path own = folder.resolve(".tarn");
    Path marker = own.resolve("demo.txt");
    try {
      if (!Files.exists(marker) && Files.exists(folder) && !isFree(folder)) {
        throw new TarnException(
            ErrorCode.STATION_EXISTS,
            folder + " is not empty, and it is no earlier demo.",
            "Name a folder that is empty or not there yet: `tarn demo DIR`.");
      }
      Files.createDirectories(own);
      FileChannel lock = lock(folder, own.resolve("demo.lock"));
      try {
        return new ExampleStation(folder, mark(folder, marker, records), lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static Found mark(Path folder, Path marker, Records records) throws IOException {
    if (!Files.exists(marker)) {
      Path partial = marker.resolveSibling("demo.partial");
      Files.writeString(partial, records.describe() + "\n");
      Files.move(partial, marker, StandardCopyOption.ATOMIC_MOVE);
      return Found.NOTHING;
    }
    String earlier = Files.readString(marker).strip();
    if (!earlier.equals(records.describe())) {
      throw new TarnException(
          ErrorCode.STATION_EXISTS,
          folder + " holds an earlier demo with other records: " + earlier + ".",
          "Name another folder, or remove that one first.");
    }
    return Found.EARLIER_DEMO;
  }

  /** The system gives the lock back when the process ends, however it ends. */
  private static FileChannel lock(Path folder, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // This process has it.
    }
    channel.close();
    throw new TarnException(
        ErrorCode.CATALOG_LOCKED,
        "Another `tarn demo` is at work in " + folder + ".",
        "Wait until it has ended, or name another folder.");
  }

  /** Empty, or with nothing but what a demo leaves that was killed before it had begun. */
  private static boolean isFree(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    List<String> harmless = List.of("demo.lock", "demo.partial");
    return entries(folder)
        .allMatch(
            entry ->
                entry.equals(".tarn")
                    && entries(folder.resolve(entry)).allMatch(harmless::contains));
  }

  private static Stream<String> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).toList().stream();
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  public Path folder() {
    return folder;
  }

  public Found found() {
    return found;
  }

  /** Where the records are put. */
  public Path landing() {
    return folder.resolve("landing");
  }

  /** Whether records have been put there; their last folder appears in one step. */
  public boolean holdsRecords() {
    return Files.exists(landing().resolve("synthea"));
  }

  /** For what is thrown away again. */
  public Path scratch() {
    return folder.resolve(".tarn");
  }

  /** Puts the station's files there, without the records; files that are there already stay. */
  public void copyDefinitions() {
    copy(path -> !path.startsWith("landing/"));
  }

  /** Unpacks the records that this program carries. */
  public void copySample() {
    copy(path -> path.startsWith("landing/"));
  }

  private void copy(Predicate<String> wanted) {
    try {
      URI carried = Objects.requireNonNull(ExampleStation.class.getResource(CARRIED)).toURI();
      if (carried.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(carried, Map.of())) {
          copyAll(jar.getPath(CARRIED), wanted);
        }
      } else {
        copyAll(Path.of(carried), wanted);
      }
    } catch (IOException e) {
      throw unwritable(folder, e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void copyAll(Path root, Predicate<String> wanted) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(root)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String path = root.relativize(file).toString().replace('\\', '/');
      if (wanted.test(path)) {
        copyOne(file, path);
      }
    }
  }

  /** A file is complete or not there: an interrupted copy is done again by the next run. */
  private void copyOne(Path file, String path) throws IOException {
    boolean packed = path.endsWith(PACKED);
    Path target =
        folder.resolve(packed ? path.substring(0, path.length() - PACKED.length()) : path);
    if (Files.exists(target)) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path partial = scratch().resolve("demo.partial");
    try (InputStream raw = Files.newInputStream(file);
        InputStream content = packed ? new GZIPInputStream(raw) : raw) {
      Files.copy(content, partial, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static TarnException unwritable(Path folder, IOException e) {
    return new TarnException(
        ErrorCode.STORAGE_FAILED,
        "The demo could not be put into " + folder + ": " + e,
        "Check the folder's rights and the free space, or name another folder.",
        e);
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }
}
