package tarn.integrity.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.check.Witness;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.integrity.write.Durability;
import tarn.lake.CatalogLocation;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;

/**
 * Puts a backup of the catalog back. It is tried first: a copy is opened beside the lake's own
 * catalog and checked against the files, and only then takes its place.
 */
public final class Restore {
  private final LakeSettings settings;
  private final Path catalog;
  private final Function<LakeSettings, Lake> reader;

  /**
   * @param settings of the lake that is to be restored; its catalog is a file
   * @param reader opens a lake for reading
   */
  public Restore(LakeSettings settings, Function<LakeSettings, Lake> reader) {
    this.settings = settings;
    this.reader = reader;
    this.catalog = file(settings.catalog());
  }

  private static Path file(CatalogLocation catalog) {
    if (catalog instanceof CatalogLocation.DuckDbFile(Path file)) {
      return file;
    }
    throw new TarnException(
        ErrorCode.USAGE,
        "The catalog " + catalog.display() + " is no file.",
        "Restore it with the tools of its server.");
  }

  /**
   * What a backup is worth.
   *
   * @param copiedBack files that the data path lacked and the backup had
   * @param report of a check of the lake as it is after the restore
   * @param before where the catalog that was replaced is now
   */
  public record Restored(
      Manifest manifest, List<Path> copiedBack, FsckReport report, Optional<Path> before) {

    /** What stands in the way of a restore: files that the catalog needs and that are not right. */
    public List<Finding> errors() {
      return report.findings().stream()
          .filter(finding -> finding.type() != FindingClass.CATALOG_OLDER)
          .filter(
              finding ->
                  switch (finding.severity()) {
                    case ERROR -> true;
                    case WARNING -> false;
                  })
          .toList();
    }
  }

  /**
   * Checks a backup against the files as they are, and changes nothing.
   *
   * @param backup its folder
   * @throws TarnException {@code usage} when there is no backup, {@code catalog.invalid} when its
   *     catalog is not as it was written
   */
  public Restored verify(Path backup, Level level) {
    Manifest manifest = Manifest.read(backup);
    Path trial = trial();
    try {
      prepare(backup, manifest, trial);
      return new Restored(manifest, List.of(), check(trial, level), Optional.empty());
    } catch (IOException e) {
      throw Backup.notUsable(backup, e);
    } finally {
      discard(trial);
    }
  }

  /**
   * Restores the catalog, and those files that are missing and that the backup has. The catalog
   * that was there is kept beside it.
   */
  public Restored restore(Path backup, Level level) {
    Manifest manifest = Manifest.read(backup);
    Path trial = trial();
    try {
      prepare(backup, manifest, trial);
      List<Path> copied = copyBack(backup, check(trial, Level.EXISTS));
      FsckReport report = check(trial, level);
      Restored restored = new Restored(manifest, copied, report, Optional.empty());
      if (!restored.errors().isEmpty()) {
        return restored;
      }
      Optional<Path> before = takePlace(trial);
      return new Restored(manifest, copied, report, before);
    } catch (IOException e) {
      throw Backup.notUsable(backup, e);
    } finally {
      discard(trial);
    }
  }

  private Path trial() {
    return catalog.resolveSibling(catalog.getFileName() + ".restoring");
  }

  private void prepare(Path backup, Manifest manifest, Path trial) throws IOException {
    Path copy = backup.resolve(Backup.CATALOG);
    if (!Backup.sha256(copy).equals(manifest.catalogSha256())) {
      throw new TarnException(
          ErrorCode.CATALOG_INVALID,
          "The backup's catalog " + copy + " is not as it was written.",
          "Use another backup.");
    }
    Files.createDirectories(Objects.requireNonNull(trial.getParent()));
    discard(trial);
    Files.copy(copy, trial);
  }

  private FsckReport check(Path trial, Level level) {
    LakeSettings there =
        new LakeSettings(
            new CatalogLocation.DuckDbFile(trial), settings.dataPath(), settings.engine());
    try (Lake lake = reader.apply(there)) {
      return Fsck.run(lake, FsckRequest.of(level));
    }
  }

  private List<Path> copyBack(Path backup, FsckReport report) throws IOException {
    Path data = Objects.requireNonNull(backup.toAbsolutePath().getParent()).resolve(Backup.DATA);
    Path root = Path.of(settings.dataPath());
    List<Path> copied = new ArrayList<>();
    for (Finding finding : report.findings()) {
      boolean missing =
          finding.type() == FindingClass.FILE_MISSING
              || finding.type() == FindingClass.DELETE_FILE_MISSING;
      Path file = Path.of(finding.subject());
      if (missing && file.startsWith(real(root))) {
        Path copy = data.resolve(real(root).relativize(file));
        if (Files.isRegularFile(copy)) {
          Path parent = Objects.requireNonNull(file.getParent());
          Files.createDirectories(parent);
          Path fresh = parent.resolve(".restoring-" + file.getFileName());
          Files.copy(
              copy, fresh, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
          Durability.force(List.of(fresh), parent);
          Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
          copied.add(file);
        }
      }
    }
    return copied;
  }

  private static Path real(Path root) throws IOException {
    Files.createDirectories(root);
    return root.toRealPath();
  }

  /** The lake may be open nowhere. */
  private Optional<Path> takePlace(Path trial) throws IOException {
    Optional<Path> before = Optional.empty();
    if (Files.exists(catalog)) {
      Path aside =
          catalog.resolveSibling(catalog.getFileName() + ".before-" + Instant.now().toEpochMilli());
      moveWithLog(catalog, aside);
      before = Optional.of(aside);
    }
    Files.move(trial, catalog, StandardCopyOption.ATOMIC_MOVE);
    Durability.force(List.of(catalog), Objects.requireNonNull(catalog.getParent()));
    Witness.forget(Path.of(settings.dataPath()));
    return before;
  }

  /** What was not yet written into the file lies in its log. */
  private static void moveWithLog(Path from, Path to) throws IOException {
    Path log = log(from);
    if (Files.exists(log)) {
      Files.move(log, log(to));
    }
    Files.move(from, to);
  }

  private static Path log(Path file) {
    return file.resolveSibling(file.getFileName() + ".wal");
  }

  private static void discard(Path trial) {
    try {
      Files.deleteIfExists(trial);
      Files.deleteIfExists(log(trial));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
