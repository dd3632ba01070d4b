package tarn.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** The example station that this program carries, and the folder it is put into. */
public final class ExampleStation {
  private static final String CARRIED = "/tarn/demo/hospital";
  private static final String PACKED = ".gz";

  private final Path folder;

  public ExampleStation(Path folder) {
    this.folder = folder;
  }

  /** What {@link #claim} found. */
  public enum Found {
    NOTHING,
    EARLIER_DEMO
  }

  /**
   * Makes the folder a demo's, if it is free for one.
   *
   * @throws TarnException {@code station.exists} when it holds anything else
   */
  public Found claim(Records records) {
    Path marker = folder.resolve(".tarn/demo.txt");
    try {
      if (Files.exists(marker)) {
        String earlier = Files.readString(marker).strip();
        if (earlier.equals(records.describe())) {
          return Found.EARLIER_DEMO;
        }
        throw new TarnException(
            ErrorCode.STATION_EXISTS,
            folder + " holds an earlier demo with other records: " + earlier + ".",
            "Name another folder, or remove that one first.");
      }
      if (Files.exists(folder) && !isEmpty()) {
        throw new TarnException(
            ErrorCode.STATION_EXISTS,
            folder + " is not empty, and it is no earlier demo.",
            "Name a folder that is empty or not there yet: `tarn demo DIR`.");
      }
      Files.createDirectories(marker.getParent());
      Files.writeString(marker, records.describe() + "\n");
      return Found.NOTHING;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private boolean isEmpty() throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
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
      throw unwritable(e);
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
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    try (InputStream raw = Files.newInputStream(file);
        InputStream content = packed ? new GZIPInputStream(raw) : raw) {
      Files.copy(content, partial, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private TarnException unwritable(IOException e) {
    return new TarnException(
        ErrorCode.STORAGE_FAILED,
        "The demo could not be put into " + folder + ": " + e,
        "Check the folder's rights and the free space, or name another folder.",
        e);
  }
}
