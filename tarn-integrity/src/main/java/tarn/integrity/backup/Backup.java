package tarn.integrity.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.integrity.backup.Manifest.DataFiles;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.CatalogState;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.Scope;
import tarn.integrity.check.Progress;
import tarn.integrity.files.Durability;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.files.LocalFiles;
import tarn.integrity.files.OpenFile;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Digest;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * Makes backups of a lake in a folder: of its catalog each time, of its files when that is wished.
 * A file is copied once, as it never changes; all backups of a folder share the copies.
 */
public final class Backup {
  static final String CATALOG = "catalog.duckdb";
  static final String DATA = "data";
  private static final int PAGE = 1_000;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Lake lake;
  private final FileStore files;
  private final Path folder;
  private final Progress progress;

  /** Of a lake whose data lie in a folder. */
  public Backup(Lake lake, Path folder, Progress progress) {
    this(lake, LakeFiles.of(lake.settings().dataPath()), folder, progress);
  }

  /**
   * @param files of the lake's data path
   * @param folder of all backups of this lake
   */
  public Backup(Lake lake, FileStore files, Path folder, Progress progress) {
    this.lake = lake;
    this.files = files;
    this.folder = folder.toAbsolutePath();
    this.progress = progress;
  }

  /**
   * What was made.
   *
   * @param copied files that this backup was the first to copy
   * @param unfit files that were not copied, and why: they are lost or damaged, or lie elsewhere
   */
  public record Made(Path backup, Manifest manifest, long copied, List<String> unfit) {}

  /**
   * Makes one.
   *
   * @throws TarnException {@code storage.failed} when the folder cannot be written
   */
  public Made make(DataFiles data) {
    Path backup = folder.resolve(NAME.format(Instant.now()));
    Path unfinished = folder.resolve("." + backup.getFileName() + ".unfinished");
    try (Session session = lake.catalogSession()) {
      Files.createDirectories(unfinished);
      Path catalog = unfinished.resolve(CATALOG);
      CatalogFile.write(lake, catalog);
      CatalogState state = read(session);
      Copies copies = data == DataFiles.COPIED ? copy(session, state) : Copies.NONE;
      Manifest manifest =
          new Manifest(
              Instant.now(),
              state.snapshot(),
              state.snapshotTime(),
              lake.settings().dataPath(),
              sha256(catalog),
              state.files(),
              state.bytes(),
              data);
      Path text = unfinished.resolve(Manifest.NAME);
      Files.writeString(text, Json.pretty(manifest.fields()) + "\n");
      Durability.force(List.of(catalog, text), unfinished);
      Files.move(unfinished, backup, StandardCopyOption.ATOMIC_MOVE);
      return new Made(backup, manifest, copies.count, copies.unfit);
    } catch (IOException e) {
      throw notUsable(folder, e);
    }
  }

  static TarnException notUsable(Path folder, IOException e) {
    return new TarnException(
        ErrorCode.STORAGE_FAILED,
        "The folder " + folder + " cannot be used: " + e,
        "Check its rights and the space there.",
        e);
  }

  static String sha256(Path file) throws IOException {
    return digestOf(file).sha256();
  }

  private static Digest digestOf(Path file) throws IOException {
    try (OpenFile open =
        new LocalFiles(Objects.requireNonNull(file.getParent())).open(file.toString())) {
      return Digest.of(open, _ -> {});
    }
  }

  private CatalogState read(Session session) throws IOException {
    session.execute("BEGIN TRANSACTION");
    try {
      CatalogState state =
          new CatalogReader(session, files, lake.settings().dataPath())
              .read(Scope.EVERYTHING, Level.CATALOG);
      session.execute("COMMIT");
      return state;
    } catch (IOException | RuntimeException e) {
      session.execute("ROLLBACK");
      throw e;
    }
  }

  private record Copies(long count, List<String> unfit) {
    static final Copies NONE = new Copies(0, List.of());
  }

  private Copies copy(Session session, CatalogState state) throws IOException {
    Ledger ledger = Ledger.open(lake, session, files.root());
    String root = files.root() + "/";
    List<String> unfit = new ArrayList<>();
    progress.phase("Copying files", state.files(), state.bytes());
    long count = 0;
    long last = -1;
    while (true) {
      List<FileRecord> page = CatalogReader.page(session, last, PAGE);
      for (FileRecord file : page) {
        Optional<Path> target =
            file.key().startsWith(root)
                ? place(folder, file.key().substring(root.length()))
                : Optional.empty();
        if (target.isEmpty()) {
          unfit.add(file.key() + ": it lies outside the data path, or no file can be called so");
        } else if (!Files.exists(target.get()) || Files.size(target.get()) != file.size()) {
          Optional<String> reason = copy(ledger, file, target.get());
          reason.ifPresent(text -> unfit.add(file.key() + ": " + text));
          count += reason.isEmpty() ? 1 : 0;
        }
        progress.advance(1, file.size());
      }
      if (page.size() < PAGE) {
        return new Copies(count, unfit);
      }
      last = page.getLast().sequence();
    }
  }

  /** Where a folder of backups has a file of the data path. A store's keys may lead anywhere. */
  static Optional<Path> place(Path folder, String name) {
    Path data = folder.resolve(DATA);
    try {
      Path place = data.resolve(name);
      boolean plain = place.equals(place.normalize()) && !name.endsWith("/");
      return plain && place.startsWith(data) && !place.equals(data)
          ? Optional.of(place)
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** A copy has its name only when it is whole, on the disk, and what the ledger recorded. */
  private Optional<String> copy(Ledger ledger, FileRecord file, Path target) throws IOException {
    Path parent = Objects.requireNonNull(target.getParent());
    Path fresh = parent.resolve("." + target.getFileName() + ".unfinished");
    Digest digest;
    try {
      files.fetch(file.key(), fresh);
      digest = digestOf(fresh);
    } catch (NoSuchFileException e) {
      return Optional.of("it is missing");
    }
    boolean right =
        digest.size() == file.size()
            && ledger.find(file.key()).map(entry -> entry.matches(digest)).orElse(true);
    if (!right) {
      Files.delete(fresh);
      return Optional.of("its bytes are not those that were recorded");
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Durability.force(List.of(target), parent);
    return Optional.empty();
  }
}
