package tarn.integrity.check;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import tarn.base.Human;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.check.FooterComparison.Aspect;
import tarn.integrity.check.FooterComparison.Disagreement;
import tarn.integrity.check.Inspection.Expectation;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.OpenFile;
import tarn.integrity.files.StoredFile;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Digest;
import tarn.integrity.ledger.LedgerEntry;

/**
 * Names what is wrong with a file that does not look right. Such files are few, so each is looked
 * at as closely as it takes, whatever the level: the same damage has the same name at every level.
 */
final class Diagnosis {
  /** A file is written before its snapshot is; clocks of two machines may differ. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  private final FileStore store;
  private final FileRecord file;
  private final Level level;
  private final Optional<LedgerEntry> known;

  private Diagnosis(FileStore store, FileRecord file, Level level, Optional<LedgerEntry> known) {
    this.store = store;
    this.file = file;
    this.level = level;
    this.known = known;
  }

  /**
   * Looks at one file; nothing comes back for one that is as it should be.
   *
   * @param symptom why it is looked at, for a file on which nothing else can be seen
   */
  static Optional<Finding> of(
      FileStore store,
      FileRecord file,
      Expectation expectation,
      Optional<LedgerEntry> known,
      Level level,
      Optional<String> symptom) {
    return new Diagnosis(store, file, level, known).name(expectation, symptom);
  }

  private Optional<Finding> name(Expectation expectation, Optional<String> symptom) {
    Optional<StoredFile> stored;
    Optional<Digest> digest = Optional.empty();
    try {
      stored = store.find(file.path());
      if (stored.isEmpty()) {
        return missing();
      }
      if (known.filter(entry -> entry.size() == stored.get().size()).isPresent()) {
        try (OpenFile open = store.open(file.path())) {
          digest = Optional.of(Digest.of(open, _ -> {}));
        }
      }
    } catch (NoSuchFileException e) {
      return missing();
    } catch (IOException e) {
      return unverifiable(e.toString());
    }
    Inspection inspection = Inspection.of(store, file, expectation);
    boolean original =
        digest.flatMap(bytes -> known.map(entry -> entry.matches(bytes))).orElse(false);
    return original
        ? recordIsWrong(stored.get(), inspection, symptom)
        : fileIsWrong(stored.get(), inspection, symptom);
  }

  private Optional<Finding> missing() {
    return found(
        file.isDelete() ? FindingClass.DELETE_FILE_MISSING : FindingClass.FILE_MISSING,
        "There is no such file; the catalog says %s.".formatted(Human.bytes(file.size())));
  }

  private Optional<Finding> unverifiable(String reason) {
    return found(FindingClass.UNVERIFIABLE, "It cannot be read: " + reason);
  }

  /** The bytes are those that the ledger has, so it is the catalog that changed. */
  private Optional<Finding> recordIsWrong(
      StoredFile stored, Inspection inspection, Optional<String> symptom) {
    if (stored.size() != file.size()) {
      return found(
          FindingClass.RECORD_SIZE,
          "It has %d bytes, as when it was recorded; the catalog says %d."
              .formatted(stored.size(), file.size()));
    }
    return switch (inspection) {
      case Inspection.Agrees() -> symptom.flatMap(text -> found(unreadable(), text));
      case Inspection.Disagrees(Disagreement disagreement) ->
          found(record(disagreement.aspect()), disagreement.detail());
      case Inspection.Damaged(String reason) -> found(unreadable(), unreadableBecause(reason));
      case Inspection.Locked(String reason) -> found(unreadable(), unreadableBecause(reason));
      case Inspection.Missing() -> missing();
      case Inspection.Unknown(String reason) -> unverifiable(reason);
    };
  }

  private static FindingClass record(Aspect aspect) {
    return switch (aspect) {
      case FOOTER_LENGTH -> FindingClass.RECORD_SIZE;
      case ROWS -> FindingClass.RECORD_ROWS;
      case SCHEMA -> FindingClass.RECORD_SCHEMA;
      case STATISTICS -> FindingClass.RECORD_STATISTICS;
      case TARGET -> FindingClass.DELETE_FILE_DANGLING;
    };
  }

  private FindingClass unreadable() {
    return file.isDelete() ? FindingClass.DELETE_FILE_DAMAGED : FindingClass.FILE_UNREADABLE;
  }

  private static String unreadableBecause(String reason) {
    return "It cannot be read: " + reason + ".";
  }

  private Optional<Finding> fileIsWrong(
      StoredFile stored, Inspection inspection, Optional<String> symptom) {
    return switch (inspection) {
      case Inspection.Missing() -> missing();
      case Inspection.Unknown(String reason) -> unverifiable(reason);
      case Inspection.Damaged(String reason) -> damaged(stored, reason);
      case Inspection.Locked(String reason) ->
          stored.size() == file.size() ? damaged(stored, reason) : replaced(stored);
      case Inspection.Disagrees(Disagreement disagreement) -> replaced(stored, disagreement);
      case Inspection.Agrees() when stored.size() != file.size() && !changedSince(stored) ->
          found(FindingClass.RECORD_SIZE, sizes(stored) + " Nothing has changed it since.");
      case Inspection.Agrees() when stored.size() != file.size() -> replaced(stored);
      case Inspection.Agrees() when known.isPresent() -> modified();
      case Inspection.Agrees() -> symptom.flatMap(text -> found(unreadable(), text));
    };
  }

  private Optional<Finding> damaged(StoredFile stored, String reason) {
    if (file.isDelete()) {
      return found(
          FindingClass.DELETE_FILE_DAMAGED, sizes(stored) + " " + unreadableBecause(reason));
    }
    FindingClass type =
        stored.size() < file.size()
            ? FindingClass.FILE_TRUNCATED
            : stored.size() > file.size() ? FindingClass.FILE_GROWN : FindingClass.FILE_UNREADABLE;
    return found(type, sizes(stored) + " " + unreadableBecause(reason));
  }

  private String sizes(StoredFile stored) {
    return "It has %d bytes, the catalog says %d.".formatted(stored.size(), file.size());
  }

  private Optional<Finding> replaced(StoredFile stored) {
    return found(
        file.isDelete() ? FindingClass.DELETE_FILE_REPLACED : FindingClass.FILE_REPLACED,
        "A whole file of %d bytes is in its place, the catalog says %d."
            .formatted(stored.size(), file.size()));
  }

  /** A whole file that disagrees is another one, unless it is as old as its snapshot. */
  private Optional<Finding> replaced(StoredFile stored, Disagreement disagreement) {
    if (stored.size() != file.size()) {
      return replaced(stored);
    }
    boolean other =
        disagreement.aspect() == Aspect.FOOTER_LENGTH || disagreement.aspect() == Aspect.TARGET;
    if (!other && !changedSince(stored)) {
      return found(record(disagreement.aspect()), disagreement.detail());
    }
    return found(
        file.isDelete() ? FindingClass.DELETE_FILE_REPLACED : FindingClass.FILE_REPLACED,
        "Another whole file is in its place. " + disagreement.detail());
  }

  /** Whether it was written after its snapshot was, or has other bytes than the ledger knows. */
  private boolean changedSince(StoredFile stored) {
    return known.isPresent()
        || file.began()
            .map(began -> stored.modified().isAfter(began.plus(CLOCK_SKEW)))
            .orElse(false);
  }

  private Optional<Finding> modified() {
    return found(
        file.isDelete() ? FindingClass.DELETE_FILE_DAMAGED : FindingClass.FILE_MODIFIED,
        "Its bytes are not those that were recorded (%s, on %s), though size and footer are."
            .formatted(known.orElseThrow().trust().text(), known.orElseThrow().recorded()));
  }

  private Optional<Finding> found(FindingClass type, String detail) {
    Level foundAt = level.includes(type.level()) ? level : type.level();
    return Optional.of(
        Finding.ofFile(type, foundAt, file.key(), Optional.of(file.affected()), detail));
  }
}
