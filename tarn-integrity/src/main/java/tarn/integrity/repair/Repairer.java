package tarn.integrity.repair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tarn.base.TarnException;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.StoredFile;
import tarn.integrity.finding.Finding;

/**
 * Does the steps of a plan: each looks again first, is written down, and is looked at afterwards.
 */
final class Repairer {
  private final RepairSite site;
  private final CatalogChanges changes;
  private final Journal journal;
  private final FileStore files;
  private final Replicas replicas;
  private final Path folder;

  /**
   * @param folder of this repair, for what it takes away and for its journal
   */
  Repairer(RepairSite site, Replicas replicas, Path folder) {
    this.site = site;
    this.files = site.store();
    this.replicas = replicas;
    this.folder = folder;
    this.journal = Journal.in(folder);
    this.changes = new CatalogChanges(site, journal, folder);
  }

  /** What became of a step. */
  sealed interface Result {
    Step step();

    record Done(Step step) implements Result {}

    /** It was not wanted, or nothing is wrong any more. */
    record Skipped(Step step, String reason) implements Result {}

    /** Nothing was changed by it. */
    record Failed(Step step, String reason) implements Result {}
  }

  List<Result> apply(RepairPlan plan) {
    return each(plan, this::apply);
  }

  /** Looks whether each step could be done now, and does none. */
  List<Result> preview(RepairPlan plan) {
    return each(plan, step -> hindrance(step).orElseGet(() -> new Result.Done(step)));
  }

  /** What is done with one step. */
  private interface Work {
    Result on(Step step) throws IOException;
  }

  private static List<Result> each(RepairPlan plan, Work work) {
    List<Result> results = new ArrayList<>();
    for (Step step : plan.steps()) {
      results.add(
          step.wanted() ? guarded(step, work) : new Result.Skipped(step, "the plan says not to"));
    }
    return results;
  }

  private static Result guarded(Step step, Work work) {
    try {
      return work.on(step);
    } catch (TarnException e) {
      return new Result.Failed(step, String.valueOf(e.getMessage()));
    } catch (IOException | UncheckedIOException e) {
      return new Result.Failed(step, e.toString());
    }
  }

  private Result apply(Step step) throws IOException {
    Optional<Result> hindrance = hindrance(step);
    if (hindrance.isPresent()) {
      return hindrance.get();
    }
    return switch (step.action()) {
      case RESTORE -> restore(step);
      case QUARANTINE -> quarantine(step);
      case TOMBSTONE, CORRECT_RECORD -> onFile(step);
      case FORGET_STATISTICS, KEEP_FILE, REMOVE_STALE_ROWS, END_OLDER_ROWS -> onCatalog(step);
      case NONE -> new Result.Skipped(step, "there is nothing a program should do");
    };
  }

  /** Why a step is not to be done, or no more. */
  private Optional<Result> hindrance(Step step) throws IOException {
    return switch (step.action()) {
      case RESTORE -> hindranceOfRestoring(step);
      case QUARANTINE -> hindranceOfQuarantine(step);
      case TOMBSTONE, CORRECT_RECORD -> hindranceOnFile(step);
      case FORGET_STATISTICS, KEEP_FILE, REMOVE_STALE_ROWS, END_OLDER_ROWS ->
          isBroken(step) ? Optional.empty() : Optional.of(gone(step));
      case NONE -> Optional.of(new Result.Skipped(step, "there is nothing a program should do"));
    };
  }

  private static Result gone(Step step) {
    return new Result.Skipped(step, "nothing is wrong with it any more");
  }

  private Optional<Finding> lookAgain(Step step, FileRecord file) {
    return site.diagnosis().of(file, step.level());
  }

  private FileRecord file(Step step) {
    return site.file(step.type(), step.subject()).orElseThrow();
  }

  private Optional<Result> hindranceOfRestoring(Step step) throws IOException {
    Optional<FileRecord> file = site.file(step.type(), step.subject());
    if (file.isEmpty() || lookAgain(step, file.get()).isEmpty()) {
      return Optional.of(gone(step));
    }
    String source = step.source().orElse("");
    return site.diagnosis()
        .unfit(file.get(), holding(source), source)
        .map(
            reason -> new Result.Failed(step, "the source " + source + " does not fit: " + reason));
  }

  /** The store that a source of bytes lies in. */
  private FileStore holding(String source) throws IOException {
    return source.startsWith(files.root() + "/")
        ? files
        : replicas.at(source.substring(0, Math.max(source.lastIndexOf('/'), 0)));
  }

  private Result restore(Step step) throws IOException {
    FileRecord file = file(step);
    String target = file.key();
    String source = step.source().orElseThrow();
    // First the bytes: what is there is only taken away when there is something to put in its
    // place.
    Path fresh = folder.resolve("restoring");
    holding(source).fetch(source, fresh);
    Optional<Path> aside =
        files.find(target).isPresent() ? Optional.of(moveAside(target)) : Optional.empty();
    journal.write(new Journal.Entry.Made(target));
    files.put(fresh, target);
    Files.delete(fresh);
    Optional<Finding> still = lookAgain(step, file);
    if (still.isPresent()) {
      files.remove(target);
      if (aside.isPresent()) {
        files.putBack(aside.get(), target);
      }
      return new Result.Failed(step, "it is still wrong: " + still.get().detail());
    }
    return new Result.Done(step);
  }

  private Path moveAside(String target) throws IOException {
    Path aside = inFolder("replaced", target);
    journal.write(new Journal.Entry.Moved(target, aside.toString()));
    try {
      // It stays in its place until the other takes it.
      files.fetch(target, aside);
    } catch (IOException e) {
      // One that cannot be read can still be moved, in a folder.
      Files.deleteIfExists(aside);
      files.takeOut(target, aside);
    }
    return aside;
  }

  /** An object's key may be what no file can be called. */
  private Path inFolder(String kind, String file) throws IOException {
    Path place = folder.resolve(kind);
    String root = files.root() + "/";
    Path inside =
        place.resolve(
            file.startsWith(root)
                ? file.substring(root.length())
                : file.substring(file.lastIndexOf('/') + 1));
    if (!inside.equals(inside.normalize()) || !inside.startsWith(place) || inside.equals(place)) {
      throw new IOException("no file of this machine can be called as " + file + " is");
    }
    return inside;
  }

  /** A file that any state of the catalog may still need stays where it is. */
  private Optional<Result> hindranceOfQuarantine(Step step) throws IOException {
    String file = step.subject();
    if (files.find(file).isEmpty()) {
      return Optional.of(new Result.Skipped(step, "it is not there any more"));
    }
    if (!files.canonical(file).startsWith(files.root() + "/")) {
      return Optional.of(new Result.Failed(step, "it is not below the data path " + files.root()));
    }
    return changes.isNamed(file.substring(file.lastIndexOf('/') + 1))
        ? Optional.of(new Result.Skipped(step, "the catalog has a file of that name by now"))
        : Optional.empty();
  }

  private Result quarantine(Step step) throws IOException {
    String file = step.subject();
    Path aside = inFolder(Quarantine.FOLDER, file);
    Instant modified =
        files.find(file).map(StoredFile::modified).orElseThrow(() -> new NoSuchFileException(file));
    journal.write(new Journal.Entry.Moved(file, aside.toString()));
    files.takeOut(file, aside);
    new Quarantine(folder).note(step, aside, modified);
    return new Result.Done(step);
  }

  private Optional<Result> hindranceOnFile(Step step) {
    Optional<FileRecord> file = site.file(step.type(), step.subject());
    Optional<Finding> found = file.flatMap(each -> lookAgain(step, each));
    if (found.isEmpty()) {
      return Optional.of(gone(step));
    }
    if (!found.get().id().equals(step.finding())) {
      return Optional.of(
          new Result.Failed(
              step, "something else is wrong with it by now: " + found.get().detail()));
    }
    return step.action() == Action.CORRECT_RECORD && !site.isProven(file.orElseThrow())
        ? Optional.of(new Result.Failed(step, "the file is not the one that the ledger recorded"))
        : Optional.empty();
  }

  private Result onFile(Step step) {
    if (step.action() == Action.CORRECT_RECORD) {
      changes.correctRecord(file(step));
    } else {
      changes.tombstone(file(step), step);
    }
    site.refresh();
    boolean still =
        step.action() == Action.CORRECT_RECORD
            && site.file(step.type(), step.subject())
                .flatMap(fresh -> lookAgain(step, fresh))
                .isPresent();
    return still ? new Result.Failed(step, "it is still wrong") : new Result.Done(step);
  }

  /** The file whose statistics are wrong, when it is not a table's that are. */
  private Optional<FileRecord> fileOfStatistics(Step step) {
    return step.action() == Action.FORGET_STATISTICS
        ? site.file(step.type(), step.subject())
        : Optional.empty();
  }

  private boolean isBroken(Step step) {
    return fileOfStatistics(step)
        .map(file -> lookAgain(step, file).isPresent())
        .orElseGet(
            () ->
                site.brokenRules().stream()
                    .anyMatch(finding -> finding.id().equals(step.finding())));
  }

  private Result onCatalog(Step step) {
    switch (step.action()) {
      case KEEP_FILE -> changes.keepFile(step.subject());
      case REMOVE_STALE_ROWS -> changes.removeStaleRows(step.subject());
      case END_OLDER_ROWS -> changes.endOlderRows(step.subject());
      case FORGET_STATISTICS, RESTORE, CORRECT_RECORD, QUARANTINE, TOMBSTONE, NONE ->
          changes.forgetStatistics(step.subject(), fileOfStatistics(step));
    }
    site.refresh();
    return isBroken(step) ? new Result.Failed(step, "it is still wrong") : new Result.Done(step);
  }
}
