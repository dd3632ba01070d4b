package tarn.integrity.repair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tarn.base.TarnException;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.finding.Finding;
import tarn.integrity.write.Durability;

/**
 * Does the steps of a plan: each looks again first, is written down, and is looked at afterwards.
 */
final class Repairer {
  private final RepairSite site;
  private final CatalogChanges changes;
  private final Journal journal;
  private final Path folder;
  private final Path root;

  /**
   * @param folder of this repair, for what it takes away and for its journal
   */
  Repairer(RepairSite site, Path folder) {
    this.site = site;
    this.folder = folder;
    this.journal = Journal.in(folder);
    this.changes = new CatalogChanges(site, journal, folder);
    this.root = Path.of(site.store().root());
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
    List<Result> results = new ArrayList<>();
    for (Step step : plan.steps()) {
      results.add(step.wanted() ? apply(step) : new Result.Skipped(step, "the plan says not to"));
    }
    return results;
  }

  private Result apply(Step step) {
    try {
      return switch (step.action()) {
        case RESTORE -> restore(step);
        case QUARANTINE -> quarantine(step);
        case TOMBSTONE, CORRECT_RECORD -> onFile(step);
        case FORGET_STATISTICS, KEEP_FILE, REMOVE_STALE_ROWS -> onCatalog(step);
        case NONE -> new Result.Skipped(step, "there is nothing a program should do");
      };
    } catch (TarnException e) {
      return new Result.Failed(step, e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      return new Result.Failed(step, e.toString());
    }
  }

  private static Result gone(Step step) {
    return new Result.Skipped(step, "nothing is wrong with it any more");
  }

  private Optional<Finding> lookAgain(Step step, FileRecord file) {
    return site.diagnosis().of(file, step.level());
  }

  private Result restore(Step step) throws IOException {
    Optional<FileRecord> file = site.file(step.type(), step.subject());
    if (file.isEmpty() || lookAgain(step, file.get()).isEmpty()) {
      return gone(step);
    }
    Path source = Path.of(step.source().orElse(""));
    Optional<String> unfit = site.diagnosis().unfit(file.get(), source.toString());
    if (unfit.isPresent()) {
      return new Result.Failed(step, "the source " + source + " does not fit: " + unfit.get());
    }
    Path target = Path.of(file.get().key());
    Optional<Path> aside = Files.exists(target) ? Optional.of(moveAside(target)) : Optional.empty();
    journal.write(new Journal.Entry.Made(target.toString()));
    copy(source, target);
    Optional<Finding> still = lookAgain(step, file.get());
    if (still.isPresent()) {
      Files.delete(target);
      if (aside.isPresent()) {
        Files.move(aside.get(), target);
      }
      return new Result.Failed(step, "it is still wrong: " + still.get().detail());
    }
    return new Result.Done(step);
  }

  private Path moveAside(Path target) throws IOException {
    Path aside = inFolder("replaced", target);
    journal.write(new Journal.Entry.Moved(target.toString(), aside.toString()));
    Files.createDirectories(Objects.requireNonNull(aside.getParent()));
    Files.move(target, aside);
    return aside;
  }

  private Path inFolder(String kind, Path file) {
    return folder
        .resolve(kind)
        .resolve(file.startsWith(root) ? root.relativize(file) : file.getFileName());
  }

  /** The file appears under its name only when it is whole and on the disk. */
  private static void copy(Path source, Path target) throws IOException {
    Path parent = Objects.requireNonNull(target.getParent());
    Files.createDirectories(parent);
    Path fresh = parent.resolve(".restoring-" + target.getFileName());
    Files.copy(
        source, fresh, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    Durability.force(List.of(fresh), parent);
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    Durability.force(List.of(target), parent);
  }

  /** A file that any state of the catalog may still need stays where it is. */
  private Result quarantine(Step step) throws IOException {
    Path file = Path.of(step.subject());
    if (!Files.isRegularFile(file)) {
      return new Result.Skipped(step, "it is not there any more");
    }
    if (!file.toRealPath().startsWith(root)) {
      return new Result.Failed(step, "it is not below the data path " + root);
    }
    if (changes.isNamed(Objects.requireNonNull(file.getFileName()).toString())) {
      return new Result.Skipped(step, "the catalog has a file of that name by now");
    }
    Path aside = inFolder("quarantine", file);
    journal.write(new Journal.Entry.Moved(file.toString(), aside.toString()));
    Files.createDirectories(Objects.requireNonNull(aside.getParent()));
    Files.move(file, aside);
    return new Result.Done(step);
  }

  private Result onFile(Step step) {
    Optional<FileRecord> file = site.file(step.type(), step.subject());
    if (file.isEmpty()) {
      return gone(step);
    }
    Optional<Finding> found = lookAgain(step, file.get());
    if (found.isEmpty()) {
      return gone(step);
    }
    if (!found.get().id().equals(step.finding())) {
      return new Result.Failed(
          step, "something else is wrong with it by now: " + found.get().detail());
    }
    if (step.action() == Action.CORRECT_RECORD) {
      if (!site.isProven(file.get())) {
        return new Result.Failed(step, "the file is not the one that the ledger recorded");
      }
      changes.correctRecord(file.get());
    } else {
      changes.tombstone(file.get(), step);
    }
    site.refresh();
    boolean still =
        step.action() == Action.CORRECT_RECORD
            && site.file(step.type(), step.subject())
                .flatMap(fresh -> lookAgain(step, fresh))
                .isPresent();
    return still ? new Result.Failed(step, "it is still wrong") : new Result.Done(step);
  }

  private Result onCatalog(Step step) {
    Optional<FileRecord> file =
        step.action() == Action.FORGET_STATISTICS
            ? site.file(step.type(), step.subject())
            : Optional.empty();
    boolean broken =
        file.map(each -> lookAgain(step, each).isPresent())
            .orElseGet(
                () ->
                    site.brokenRules().stream()
                        .anyMatch(finding -> finding.id().equals(step.finding())));
    if (!broken) {
      return gone(step);
    }
    switch (step.action()) {
      case KEEP_FILE -> changes.keepFile(step.subject());
      case REMOVE_STALE_ROWS -> changes.removeStaleRows(step.subject());
      case FORGET_STATISTICS, RESTORE, CORRECT_RECORD, QUARANTINE, TOMBSTONE, NONE ->
          changes.forgetStatistics(step.subject(), file);
    }
    site.refresh();
    boolean still =
        file.isPresent()
            ? site.file(step.type(), step.subject())
                .flatMap(fresh -> lookAgain(step, fresh))
                .isPresent()
            : site.brokenRules().stream().anyMatch(finding -> finding.id().equals(step.finding()));
    return still ? new Result.Failed(step, "it is still wrong") : new Result.Done(step);
  }
}
