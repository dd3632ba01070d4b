package tarn.integrity.repair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.backup.CatalogFile;
import tarn.integrity.files.Durability;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * Mends a lake. A plan is made of a check's findings and changes nothing; applying it looks at each
 * thing again, backs the catalog up, does what the plan says and looks once more; what was done can
 * be undone.
 */
public final class Repair {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Lake lake;
  private final FileStore files;
  private final Replicas replicas;
  private final Path workspace;

  /** Of a lake whose data lie in a folder. */
  public Repair(Lake lake, Path workspace) {
    this(lake, LakeFiles.of(lake.settings().dataPath()), Replicas.FOLDERS, workspace);
  }

  /**
   * @param lake opened for writing
   * @param files of its data path
   * @param replicas opens places that hold copies
   * @param workspace folder that holds a folder for each repair; best on the disk of the data
   */
  public Repair(Lake lake, FileStore files, Replicas replicas, Path workspace) {
    this.lake = lake;
    this.files = files;
    this.replicas = replicas;
    this.workspace = workspace.toAbsolutePath();
  }

  /**
   * Proposes what to do.
   *
   * @param report of a check of the whole lake
   * @param places folders or URLs that hold copies of the data path's files
   * @param quarantineAge files that no snapshot needs are left alone for so long
   */
  public RepairPlan plan(FsckReport report, List<String> places, Duration quarantineAge) {
    List<FileStore> copies = new ArrayList<>();
    for (String place : places) {
      try {
        copies.add(replicas.at(place));
      } catch (IOException e) {
        throw new TarnException(
            ErrorCode.STORAGE_FAILED,
            "The replica " + place + " cannot be used: " + e.getMessage(),
            "Name another one.",
            e);
      }
    }
    try (Session session = lake.catalogSession()) {
      return new Planner(site(session), copies, quarantineAge).plan(report);
    }
  }

  private RepairSite site(Session session) {
    return new RepairSite(lake, session, files);
  }

  /** What became of a plan. */
  public record Applied(String repair, Path folder, List<Done> done) {}

  /** What became of one step. */
  public record Done(Step step, Ending ending, String reason) {}

  /** How a step ended. */
  public enum Ending {
    DONE,
    SKIPPED,
    FAILED
  }

  /**
   * Does what a plan says.
   *
   * @throws TarnException {@code usage} when the plan is for another lake
   */
  public Applied apply(RepairPlan plan) {
    requireThisLake(plan);
    String name = NAME.format(Instant.now());
    Path folder = workspace.resolve(name);
    try (Session session = lake.catalogSession()) {
      Files.createDirectories(folder);
      CatalogFile.write(lake, folder.resolve("catalog-before.duckdb"));
      Files.writeString(folder.resolve("plan.json"), plan.json());
      List<Done> done =
          new Repairer(site(session), replicas, folder)
              .apply(plan).stream().map(Repair::done).toList();
      return new Applied(name, folder, done);
    } catch (IOException e) {
      throw notWritable(folder, e);
    }
  }

  /**
   * Says what {@link #apply} would do, and changes nothing.
   *
   * @throws TarnException {@code usage} when the plan is for another lake
   */
  public List<Done> preview(RepairPlan plan) {
    requireThisLake(plan);
    try (Session session = lake.catalogSession()) {
      return new Repairer(site(session), replicas, workspace)
          .preview(plan).stream().map(Repair::done).toList();
    }
  }

  private void requireThisLake(RepairPlan plan) {
    if (!plan.dataPath().equals(lake.settings().dataPath())) {
      throw new TarnException(
          ErrorCode.USAGE,
          "The plan is for the lake in " + plan.dataPath() + ".",
          "Make a plan for this one.");
    }
  }

  private static Done done(Repairer.Result result) {
    return switch (result) {
      case Repairer.Result.Done(Step step) -> new Done(step, Ending.DONE, "");
      case Repairer.Result.Skipped(Step step, String reason) ->
          new Done(step, Ending.SKIPPED, reason);
      case Repairer.Result.Failed(Step step, String reason) ->
          new Done(step, Ending.FAILED, reason);
    };
  }

  private static TarnException notWritable(Path folder, Exception e) {
    return new TarnException(
        ErrorCode.STORAGE_FAILED,
        "The repair's folder " + folder + " cannot be used: " + e,
        "Check its rights and the space there.",
        e);
  }

  /**
   * What was taken back.
   *
   * @param changes how many
   * @param purged files that are gone for good
   */
  public record Undone(int changes, List<String> purged) {}

  /**
   * Takes back everything that a repair did.
   *
   * @param repair its name
   * @throws TarnException {@code usage} when there is no such repair or it was taken back before
   */
  public Undone undo(String repair) {
    Path folder = folder(repair);
    try (Session session = lake.catalogSession()) {
      Journal written = Journal.in(folder);
      List<Journal.Entry> entries = written.backwards();
      List<String> purged = purged(entries);
      entries.forEach(entry -> requireHarmless(session, entry));
      for (Journal.Entry entry : entries) {
        undo(session, entry);
        written.write(new Journal.Entry.TakenBack());
      }
      Files.move(folder.resolve(Journal.NAME), folder.resolve("journal-undone.jsonl"));
      Durability.force(List.of(), folder);
      return new Undone(entries.size() - purged.size(), purged);
    } catch (IOException | UncheckedIOException e) {
      throw notWritable(folder, e);
    }
  }

  /** The same without doing it. */
  public Undone previewUndo(String repair) {
    Path folder = folder(repair);
    try {
      List<Journal.Entry> entries = Journal.in(folder).backwards();
      List<String> purged = purged(entries);
      return new Undone(entries.size() - purged.size(), purged);
    } catch (IOException | UncheckedIOException e) {
      throw notWritable(folder, e);
    }
  }

  private Path folder(String repair) {
    Path folder = workspace.resolve(repair).normalize();
    if (!workspace.equals(folder.getParent())
        || !Files.isRegularFile(folder.resolve(Journal.NAME))) {
      throw new TarnException(
          ErrorCode.USAGE,
          "There is no repair `" + repair + "` in " + workspace + " that could be undone.",
          "The folders in there are the repairs.");
    }
    return folder;
  }

  private static void requireHarmless(Session session, Journal.Entry entry) {
    if (entry instanceof Journal.Entry.Changed(var _, Optional<String> unless)
        && unless.flatMap(query -> session.queryFirst(query, row -> row.getInt(1))).isPresent()) {
      throw new TarnException(
          ErrorCode.USAGE,
          "The table has been written since its lost file was given up: to bring the file back could"
              + " bring rows back that are there again.",
          "The catalog as it was before the repair is catalog-before.duckdb in the repair's folder.");
    }
  }

  private List<String> purged(List<Journal.Entry> entries) throws IOException {
    List<String> purged = new ArrayList<>();
    for (Journal.Entry entry : entries) {
      if (entry instanceof Journal.Entry.Moved(String from, String to)
          && !Files.exists(Path.of(to))
          && files.find(from).isEmpty()) {
        purged.add(from);
      }
    }
    return purged;
  }

  /** Files that repairs moved aside, and their size. */
  public record Purged(List<Path> files, long bytes) {}

  /**
   * What {@link #purge} would delete.
   *
   * @param age of the repair that moved the file, at least
   */
  public Purged quarantined(Duration age) {
    List<Path> files = new ArrayList<>();
    long bytes = 0;
    try {
      for (Path repair : repairsOlderThan(age)) {
        for (Path file : new Quarantine(repair).files()) {
          files.add(file);
          bytes += Files.size(file);
        }
      }
    } catch (IOException e) {
      throw notWritable(workspace, e);
    }
    return new Purged(files, bytes);
  }

  /** Deletes files in quarantine for good. The repairs that moved them cannot put them back. */
  public Purged purge(Duration age) {
    Purged purged = quarantined(age);
    try {
      for (Path repair : repairsOlderThan(age)) {
        new Quarantine(repair).delete();
      }
    } catch (IOException | UncheckedIOException e) {
      throw notWritable(workspace, e);
    }
    return purged;
  }

  private List<Path> repairsOlderThan(Duration age) throws IOException {
    if (!Files.isDirectory(workspace)) {
      return List.of();
    }
    String youngest = NAME.format(Instant.now().minus(age));
    try (Stream<Path> folders = Files.list(workspace)) {
      return folders
          .filter(Files::isDirectory)
          .filter(folder -> folder.getFileName().toString().compareTo(youngest) <= 0)
          .sorted()
          .toList();
    }
  }

  private void undo(Session session, Journal.Entry entry) throws IOException {
    switch (entry) {
      case Journal.Entry.Moved(String from, String to) -> {
        if (Files.exists(Path.of(to)) && files.find(from).isEmpty()) {
          files.putBack(Path.of(to), from);
        }
      }
      case Journal.Entry.Made(String path) -> files.remove(path);
      case Journal.Entry.Changed(List<String> statements, var _) ->
          lake.whileNobodyWrites(
              List.of(), () -> CatalogChanges.inTransaction(session, statements));
      case Journal.Entry.TakenBack() -> {}
    }
  }
}
