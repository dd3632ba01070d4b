package tarn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.assets.io.IoManager;
import tarn.lake.CatalogLocation;
import tarn.lake.EngineSettings;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.extension.ExtensionStore;

/** An empty lake for one measurement, removed with all its files afterwards. */
final class BenchLake implements AutoCloseable {
  private final Path folder;
  private final Lake lake;

  private BenchLake(Path folder, Lake lake) {
    this.folder = folder;
    this.lake = lake;
  }

  static BenchLake create(Path folder, EngineLimits limits) {
    remove(folder);
    LakeSettings settings =
        new LakeSettings(
            new CatalogLocation.DuckDbFile(folder.resolve("catalog.ducklake")),
            folder.resolve("data") + "/",
            new EngineSettings(
                limits.memory(), limits.threads(), folder.resolve("temp"), Optional.empty()));
    Path extensions = Path.of(System.getProperty("tarn.home")).resolve("extensions");
    return new BenchLake(folder, Lake.create(settings, new ExtensionStore(extensions)));
  }

  /** What one engine may use. */
  record EngineLimits(String memory, int threads) {}

  Lake lake() {
    return lake;
  }

  IoManager ioManager() {
    return new IoManager(lake, new IoManager.RunIdentity("bench-" + System.nanoTime(), "bench"));
  }

  List<Path> dataFiles() {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long bytes() {
    return dataFiles().stream().mapToLong(file -> file.toFile().length()).sum();
  }

  /** Makes sure that the data files are on the disk, as a careful writer does before a commit. */
  void force() {
    for (Path file : dataFiles()) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    lake.close();
    remove(folder);
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
