package tarn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.lake.Access;
import tarn.lake.EngineSettings;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;

/**
 * A real lake of a test's folder: an embedded catalog and local data files, laid out as in a
 * station, unless {@link LakePlace} says otherwise. Open it with try-with-resources; the folder
 * stays the caller's ({@code @TempDir}).
 */
public final class ScratchLake implements AutoCloseable {
  private final Path folder;
  private final LakeSettings settings;
  private Lake lake;

  private ScratchLake(Path folder, LakeSettings settings) {
    this.folder = folder;
    this.settings = settings;
    this.lake = Lake.create(settings, Checkout.extensions());
  }

  /** A lake below {@code folder}, empty unless there was one already. */
  public static ScratchLake in(Path folder) {
    return in(folder, "1GB");
  }

  /** The same with another memory limit, such as {@code 512MB}. */
  public static ScratchLake in(Path folder, String memoryLimit) {
    return new ScratchLake(folder, settings(folder, memoryLimit));
  }

  /** What opening the lake of {@code folder} needs, for tests that open it themselves. */
  public static LakeSettings settings(Path folder, String memoryLimit) {
    return LakePlace.current().settings(folder, engine(folder.resolve("temp"), memoryLimit));
  }

  /** Limits of an engine on a small machine. */
  public static EngineSettings engine(Path temporaryFolder, String memoryLimit) {
    return new EngineSettings(memoryLimit, 2, temporaryFolder, Optional.empty());
  }

  public Lake lake() {
    return lake;
  }

  public LakeSettings settings() {
    return settings;
  }

  public Path folder() {
    return folder;
  }

  /** Closes the engine and opens the lake again, as the next command would. */
  public void reopen() {
    lake.close();
    lake = Lake.open(settings, Access.WRITE, Checkout.extensions());
  }

  /** Closes the engine, so that another one may open the catalog. */
  @Override
  public void close() {
    lake.close();
  }

  /** Every file below the data folder, so also those that no snapshot refers to. */
  public List<Path> dataFiles() {
    if (settings.dataPath().contains("://")) {
      return rows("SELECT file FROM glob('" + settings.dataPath() + "**') ORDER BY ALL").stream()
          .map(file -> Path.of(file.substring(settings.dataPath().length())))
          .toList();
    }
    Path data = Path.of(settings.dataPath());
    try (Stream<Path> files = Files.walk(data)) {
      return files.filter(Files::isRegularFile).map(data::relativize).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A result as text, columns separated by {@code |} and nulls as {@code NULL}. */
  public List<String> rows(String sql) {
    try (var session = lake.session()) {
      return session.query(sql, Texts::row);
    }
  }

  /** The one value of a result of one row and one column. */
  public String value(String sql) {
    List<String> rows = rows(sql);
    if (rows.size() != 1) {
      throw new AssertionError(rows.size() + " rows instead of one: " + sql);
    }
    return rows.getFirst();
  }

  /** Runs statements, each in its own transaction. */
  public void execute(String sql) {
    try (var session = lake.session()) {
      session.execute(sql);
    }
  }
}
