package tarn.cli.doctor;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.TarnException;
import tarn.lake.Access;
import tarn.lake.CatalogLocation;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.Session;
import tarn.lake.Snapshot;
import tarn.lake.Snapshots;
import tarn.lake.extension.ExtensionStore;
import tarn.station.Machine;
import tarn.station.Station;

/** What a station needs: settings that fit the machine, and a lake that can be used. */
public final class StationChecks {
  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?) ?([KMGT]?)(i?)B", Pattern.CASE_INSENSITIVE);
  private static final double LARGEST_SHARE = 0.8;

  private final Station station;
  private final ExtensionStore extensions;

  public StationChecks(Station station, ExtensionStore extensions) {
    this.station = station;
    this.extensions = extensions;
  }

  public List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok("station", station.folder() + ", its settings are good"));
    station
        .warnings()
        .forEach(
            warning ->
                findings.add(
                    Finding.warning("settings", warning, "Unset the variable, or mend its name.")));
    findings.add(memory());
    findings.add(threads());
    LakeSettings lake = station.settings().lake();
    if (lake.dataPath().contains("://")) {
      findings.addAll(StoreChecks.run(station.settings().location(), station.settings().store()));
    } else {
      findings.addAll(PlaceChecks.run("data", Path.of(lake.dataPath()), "data_path"));
    }
    if (lake.catalog() instanceof CatalogLocation.PostgreSql server) {
      findings.addAll(ServerChecks.run(server));
    }
    findings.addAll(PlaceChecks.run("temp", lake.engine().temporaryFolder(), "engine.temp_folder"));
    findings.addAll(catalog(lake));
    return findings;
  }

  private Finding memory() {
    String text = station.settings().engine().memoryLimit();
    long limit = bytes(text);
    long machine = Machine.CURRENT.memory();
    String message =
        "the engine may use %s of %s".formatted(Human.bytes(limit), Human.bytes(machine));
    return limit > machine * LARGEST_SHARE
        ? Finding.warning(
            "memory",
            message + ": the system may end the program when the engine uses all of it",
            "Set `engine.memory_limit` to at most 80% of the memory.")
        : Finding.ok("memory", message);
  }

  private Finding threads() {
    int threads = station.settings().engine().threads();
    int processors = Machine.CURRENT.processors();
    String message = "%d for %d processors".formatted(threads, processors);
    return threads > 2 * processors
        ? Finding.warning(
            "threads",
            message + ": more threads need more memory, and are no faster",
            "Set `engine.threads` to " + processors + ".")
        : Finding.ok("threads", message);
  }

  /** A setting is always a size: a share of the memory has been turned into one. */
  static long bytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(text);
    }
    int power = " KMGT".indexOf(Character.toUpperCase((size.group(2) + " ").charAt(0)));
    double unit = Math.pow(size.group(3).isEmpty() ? 1000 : 1024, power);
    return (long) (Double.parseDouble(size.group(1)) * unit);
  }

  private List<Finding> catalog(LakeSettings settings) {
    try (Lake lake = Lake.open(settings, Access.READ, extensions);
        Session session = lake.session()) {
      Snapshot newest = Snapshots.newest(session, 1).getFirst();
      List<Finding> findings = new ArrayList<>();
      findings.add(
          Finding.ok(
              "catalog",
              "%s, newest snapshot %d of %s"
                  .formatted(settings.catalog().display(), newest.id(), newest.time())));
      findings.add(clock(newest));
      findings.add(deletions(session));
      return findings;
    } catch (TarnException e) {
      return e.code() == ErrorCode.CATALOG_NOT_FOUND
          ? notYet(settings)
          : List.of(Finding.failed("catalog", e));
    }
  }

  private static List<Finding> notYet(LakeSettings settings) {
    return switch (settings.catalog()) {
      case CatalogLocation.DuckDbFile(Path file) -> {
        List<Finding> findings = new ArrayList<>();
        findings.add(
            Finding.ok("catalog", file + " is not there yet: `tarn materialize` makes it"));
        Path folder = Objects.requireNonNull(file.getParent(), "settings are absolute");
        findings.addAll(PlaceChecks.run("catalog", folder, "catalog"));
        yield findings;
      }
      case CatalogLocation.PostgreSql server ->
          List.of(
              Finding.ok(
                  "catalog",
                  server.display()
                      + " answers and holds no lake yet: `tarn materialize` makes it"));
    };
  }

  private static Finding clock(Snapshot newest) {
    Duration ahead = Duration.between(Instant.now(), newest.time());
    return ahead.isPositive()
        ? Finding.warning(
            "clock",
            "the lake's newest snapshot is %s in the future".formatted(Human.duration(ahead)),
            "Set the machine's clock, and keep it right with NTP: `--at` a time finds what the"
                + " clock said.")
        : Finding.ok("clock", "not before the lake's newest snapshot");
  }

  /** Two deletions from one file at the same time lose each other without an error. */
  private static Finding deletions(Session session) {
    List<String> tables =
        session.query(
            """
            SELECT DISTINCT schema_name || '.' || table_name
            FROM (SELECT table_id FROM %1$s.ducklake_delete_file WHERE end_snapshot IS NULL
              GROUP BY table_id, data_file_id HAVING count(*) > 1)
            JOIN %1$s.ducklake_table t USING (table_id)
            JOIN %1$s.ducklake_schema s USING (schema_id)
            WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL ORDER BY 1"""
                .formatted(Lake.METADATA),
            row -> Objects.requireNonNull(row.getString(1)));
    return tables.isEmpty()
        ? Finding.ok("deletions", "no table was damaged by deletions at the same time")
        : Finding.failed(
            "deletions",
            "rows that were deleted are back in %s: two programs deleted from one file at once"
                .formatted(String.join(", ", tables)),
            "Materialize these tables anew, and let one program at a time write to this lake.");
  }
}
