package tarn.assets.landing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import tarn.assets.AssetKey;
import tarn.assets.FileFormat;
import tarn.assets.WriteMode;
import tarn.assets.io.IoManager;
import tarn.assets.io.WritePlan;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.LandingSource.QuarantineThreshold;
import tarn.testkit.ScratchLake;

/** A station with one source asset, {@code raw/visits}, and files to land. */
final class LandingStation implements AutoCloseable {
  static final AssetKey KEY = AssetKey.of("raw", "visits");
  private static final AtomicInteger RUNS = new AtomicInteger();

  private final Path folder;
  private final ScratchLake scratch;

  LandingStation(Path folder) {
    this.folder = folder;
    this.scratch = ScratchLake.in(folder);
  }

  ScratchLake scratch() {
    return scratch;
  }

  Path file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file with a time of modification that is no reason for doubt. */
  Path file(String name, byte[] bytes) {
    Path file = folder.resolve("landing").resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600 - RUNS.get())));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LandingSource csv(Map<String, Object> options, String... columns) {
    return source(FileFormat.CSV, "landing/*.csv*", options, QuarantineThreshold.NONE, columns);
  }

  /**
   * @param columns each as {@code name TYPE}
   */
  static LandingSource source(
      FileFormat format,
      String pattern,
      Map<String, Object> options,
      QuarantineThreshold threshold,
      String... columns) {
    List<Column> declared =
        List.of(columns).stream()
            .map(column -> column.split(" ", 2))
            .map(parts -> new Column(parts[0], parts[1]))
            .toList();
    return new LandingSource(List.of(pattern), format, options, declared, threshold);
  }

  LandingResult land(LandingSource source) {
    return land(source, new WriteMode.Append());
  }

  LandingResult land(LandingSource source, WriteMode mode) {
    IoManager manager =
        new IoManager(
            scratch.lake(), new IoManager.RunIdentity("run-" + RUNS.incrementAndGet(), "test"));
    return new LandingLoader(scratch.lake(), manager, folder).land(KEY, source, plan(mode));
  }

  private static WritePlan plan(WriteMode mode) {
    return new WritePlan(
        mode,
        List.of(),
        Set.of(),
        List.of(),
        WritePlan.UnchangedPolicy.SKIP,
        "code-1",
        Map.of(),
        "",
        Map.of());
  }

  /** Rows of the table, columns separated by {@code |}, ordered as text. */
  List<String> rows(String columns) {
    return scratch.rows("SELECT " + columns + " FROM raw.visits ORDER BY ALL");
  }

  /** Quarantined records as {@code file|line|column|reason|raw}, ordered by file and line. */
  List<String> quarantined() {
    return quarantined("_source_file, line, \"column\", reason, raw");
  }

  /** Quarantined records as {@code file|line}. */
  List<String> malformedLines() {
    return quarantined("_source_file, line");
  }

  private List<String> quarantined(String columns) {
    return scratch
            .rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'visits_quarantine'")
            .isEmpty()
        ? List.of()
        : scratch.rows(
            "SELECT " + columns + " FROM raw.visits_quarantine ORDER BY _source_file, line");
  }

  String snapshots() {
    return scratch.value("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')");
  }

  @Override
  public void close() {
    scratch.close();
  }
}
