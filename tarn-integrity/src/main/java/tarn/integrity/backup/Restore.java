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
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.check.Progress;
import tarn.integrity.check.Witness;
import tarn.integrity.files.Durability;
import tarn.integrity.files.FileStore;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Access;
import tarn.lake.CatalogCopy;
import tarn.lake.CatalogLocation;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.extension.ExtensionStore;

/**
 * Puts a backup of the catalog back. It is tried first: a copy is opened beside the lake's own
 * catalog and checked against the files, and only then takes its place. A database of a server is
 * never replaced: the backup fills one that is empty.
 */
public final class Restore {
  private final LakeSettings settings;
  private final FileStore files;
  private final ExtensionStore extensions;
  private final Path trial;

  /**
   * @param settings of the lake that is to be restored
   * @param files of its data path
   * @param work folder for a copy that is tried, when the catalog is no file
   */
  public Restore(LakeSettings settings, FileStore files, ExtensionStore extensions, Path work) {
    this.settings = settings;
    this.files = files;
    this.extensions = extensions;
    this.trial =
        switch (settings.catalog()) {
          case CatalogLocation.DuckDbFile(Path file) ->
              file.resolveSibling(file.getFileName() + ".restoring");
          case CatalogLocation.PostgreSql _ -> work.resolve("catalog.restoring");
        };
  }

  /**
   * What a backup is worth.
   *
   * @param copiedBack files that the data path lacked and the backup had
   * @param report of a check of the lake as it is after the restore
   * @param before where the catalog that was replaced is now
   */
  public record Restored(
      Manifest manifest, List<String> copiedBack, FsckReport report, Optional<Path> before) {

    /**
     * What stands in the way of a restore: files that the catalog needs and that are not right, or
     * of which nothing is known.
     */
    public List<Finding> errors() {
      return report.findings().stream()
          .filter(finding -> finding.type() != FindingClass.CATALOG_OLDER)
          .filter(
              finding ->
                  finding.type() == FindingClass.UNVERIFIABLE
                      || switch (finding.severity()) {
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
    try {
      prepare(backup, manifest);
      return new Restored(manifest, List.of(), check(level), Optional.empty());
    } catch (IOException e) {
      throw Backup.notUsable(backup, e);
    } finally {
      discard();
    }
  }

  /**
   * Restores the catalog, and those files that are missing and that the backup has. The catalog
   * that was there is kept beside it; one of a server must be empty.
   *
   * @throws TarnException {@code catalog.invalid} when it is not
   */
  public Restored restore(Path backup, Level level) {
    Manifest manifest = Manifest.read(backup);
    try {
      prepare(backup, manifest);
      List<String> copied = copyBack(backup, check(Level.EXISTS));
      FsckReport report = check(level);
      Restored restored = new Restored(manifest, copied, report, Optional.empty());
      if (!restored.errors().isEmpty()) {
        return restored;
      }
      Optional<Path> before = takePlace();
      return new Restored(manifest, copied, report, before);
    } catch (IOException e) {
      throw Backup.notUsable(backup, e);
    } finally {
      discard();
    }
  }

  private void prepare(Path backup, Manifest manifest) throws IOException {
    Path copy = backup.resolve(Backup.CATALOG);
    if (!Backup.sha256(copy).equals(manifest.catalogSha256())) {
      throw new TarnException(
          ErrorCode.CATALOG_INVALID,
          "The backup's catalog " + copy + " is not as it was written.",
          "Use another backup.");
    }
    Files.createDirectories(Objects.requireNonNull(trial.getParent()));
    discard();
    Files.copy(copy, trial);
  }

  private FsckReport check(Level level) {
    try (Lake lake = Lake.open(tried(), Access.READ, extensions)) {
      return new Fsck(lake, files, () -> false, Progress.NONE).run(FsckRequest.of(level));
    }
  }

  private LakeSettings tried() {
    return new LakeSettings(
        new CatalogLocation.DuckDbFile(trial),
        settings.dataPath(),
        settings.engine(),
        settings.access());
  }

  private List<String> copyBack(Path backup, FsckReport report) throws IOException {
    Path folder = Objects.requireNonNull(backup.toAbsolutePath().getParent());
    String root = files.root() + "/";
    List<String> copied = new ArrayList<>();
    for (Finding finding : report.findings()) {
      boolean missing =
          finding.type() == FindingClass.FILE_MISSING
              || finding.type() == FindingClass.DELETE_FILE_MISSING;
      String file = finding.subject();
      if (missing && file.startsWith(root)) {
        Optional<Path> copy =
            Backup.place(folder, file.substring(root.length())).filter(Files::isRegularFile);
        if (copy.isPresent()) {
          files.put(copy.get(), file);
          copied.add(file);
        }
      }
    }
    return copied;
  }

  /** The lake may be open nowhere. */
  private Optional<Path> takePlace() throws IOException {
    Optional<Path> before =
        switch (settings.catalog()) {
          case CatalogLocation.DuckDbFile(Path file) -> replace(file);
          case CatalogLocation.PostgreSql _ -> {
            fill();
            yield Optional.empty();
          }
        };
    if (!files.root().contains("://")) {
      Witness.forget(Path.of(settings.dataPath()));
    }
    return before;
  }

  private void fill() {
    Lake.create(settings, extensions).close();
    try (CatalogCopy copy = CatalogCopy.open(tried(), settings, extensions)) {
      copy.copy();
    }
  }

  private Optional<Path> replace(Path catalog) throws IOException {
    Optional<Path> before = Optional.empty();
    if (Files.exists(catalog)) {
      Path aside =
          catalog.resolveSibling(catalog.getFileName() + ".before-" + Instant.now().toEpochMilli());
      moveWithLog(catalog, aside);
      before = Optional.of(aside);
    }
    Files.move(trial, catalog, StandardCopyOption.ATOMIC_MOVE);
    Durability.force(List.of(catalog), Objects.requireNonNull(catalog.getParent()));
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

  private void discard() {
    try {
      Files.deleteIfExists(trial);
      Files.deleteIfExists(log(trial));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
