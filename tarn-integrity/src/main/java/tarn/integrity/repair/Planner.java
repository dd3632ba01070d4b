package tarn.integrity.repair;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tarn.base.Human;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.StoredFile;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Finding.Affected;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;
import tarn.lake.Sql;

/** Turns findings into steps: for each the best that can be done with what is there. */
final class Planner {
  private final RepairSite site;
  private final Sources sources;
  private final Duration quarantineAge;
  private final List<Step> steps = new ArrayList<>();

  Planner(RepairSite site, List<? extends FileStore> replicas, Duration quarantineAge) {
    this.site = site;
    this.sources = new Sources(site.store(), site.ledger(), site.diagnosis(), replicas);
    this.quarantineAge = quarantineAge;
  }

  RepairPlan plan(FsckReport report) {
    report.findings().forEach(this::propose);
    return new RepairPlan(
        Instant.now(),
        report.runId(),
        report.catalog().snapshot(),
        site.lake().settings().dataPath(),
        steps);
  }

  private void propose(Finding finding) {
    switch (finding.type()) {
      case FILE_MISSING,
          FILE_TRUNCATED,
          FILE_GROWN,
          FILE_REPLACED,
          FILE_UNREADABLE,
          FILE_MODIFIED ->
          restore(finding, true);
      case DELETE_FILE_MISSING, DELETE_FILE_DAMAGED, DELETE_FILE_REPLACED ->
          restore(finding, false);
      case RECORD_SIZE, RECORD_ROWS -> correct(finding);
      case RECORD_STATISTICS -> forgetStatistics(finding);
      case DELETION_OF_NEEDED ->
          add(
              finding,
              Action.KEEP_FILE,
              Optional.empty(),
              "The next clean-up leaves the file alone.",
              0);
      case CATALOG_STALE_ROWS ->
          add(
              finding,
              Action.REMOVE_STALE_ROWS,
              Optional.empty(),
              "The rows are gone; nothing reads them.",
              0);
      case ORPHAN, LEFTOVER -> quarantine(finding);
      case CATALOG_INVARIANT -> endOlderRows(finding);
      case RECORD_SCHEMA,
          DELETE_FILE_DANGLING,
          DELETE_FILE_RIVAL,
          DELETION_OVERDUE,
          REGISTRATION_DUPLICATE,
          REGISTRATION_SHARED,
          REGISTRATION_OUTSIDE,
          BLOB_MISSING,
          BLOB_TRUNCATED,
          BLOB_GROWN,
          BLOB_MODIFIED,
          BLOB_UNREFERENCED,
          INLINED_DATA,
          CATALOG_OLDER,
          UNVERIFIABLE ->
          nothing(finding, finding.remedy());
    }
  }

  private void add(
      Finding finding, Action action, Optional<String> source, String consequence, long rowsLost) {
    steps.add(
        new Step(
            steps.size() + 1,
            action != Action.NONE,
            finding.id(),
            finding.type(),
            finding.level(),
            finding.subject(),
            finding.table(),
            action,
            source,
            finding.detail(),
            consequence,
            rowsLost));
  }

  private void nothing(Finding finding, String reason) {
    add(finding, Action.NONE, Optional.empty(), reason, 0);
  }

  /** From a copy if there is one; otherwise a data file that is live can be given up. */
  private void restore(Finding finding, boolean mayBeGivenUp) {
    Optional<FileRecord> file = site.file(finding);
    if (file.isEmpty()) {
      nothing(finding, "The catalog has no such file any more: check again.");
      return;
    }
    Optional<String> source = sources.find(file.get());
    if (source.isPresent()) {
      String proof =
          site.ledger().find(file.get().key()).isPresent()
              ? "Its bytes are those that the ledger recorded."
              : "Its size and footer are those of the catalog; nobody recorded its bytes.";
      add(finding, Action.RESTORE, source, "No row is lost. " + proof, 0);
    } else if (!mayBeGivenUp) {
      nothing(
          finding,
          "No copy was found. To give the delete file up would bring back the %s rows it deletes."
              .formatted(Human.count(file.get().rows())));
    } else if (file.get().endSnapshot().isPresent()) {
      nothing(
          finding,
          "No copy was found. Only snapshots before %d need the file: they cannot be read."
              .formatted(file.get().endSnapshot().get()));
    } else {
      giveUp(finding, file.get());
    }
  }

  private void giveUp(Finding finding, FileRecord file) {
    long lost = file.rows() - site.deletedRows(file);
    add(
        finding,
        Action.TOMBSTONE,
        Optional.empty(),
        "No copy was found. %s of %s are given up in a new snapshot, the rest of the table can be read; earlier snapshots still need the file."
            .formatted(rows(lost), finding.table().orElse("the table")),
        lost);
  }

  private static String rows(long count) {
    return Human.count(count) + (count == 1 ? " row" : " rows");
  }

  /** Only for a file whose bytes the ledger proves. */
  private void correct(Finding finding) {
    Optional<FileRecord> file = site.file(finding);
    if (file.isPresent() && site.isProven(file.get())) {
      add(
          finding,
          Action.CORRECT_RECORD,
          Optional.empty(),
          "The catalog says what the file says; the file is as it was recorded.",
          0);
    } else {
      nothing(
          finding, "Nobody recorded the file's bytes, so which of the two is right is not known.");
    }
  }

  /** A table's statistics can always be done without; a file's only when it is the right file. */
  private void forgetStatistics(Finding finding) {
    Optional<FileRecord> file = site.file(finding);
    if (finding.path().isPresent() && (file.isEmpty() || !site.isProven(file.get()))) {
      nothing(
          finding, "Nobody recorded the file's bytes, so which of the two is right is not known.");
      return;
    }
    add(
        finding,
        Action.FORGET_STATISTICS,
        Optional.empty(),
        "Queries that filter by these columns read the file instead of skipping it.",
        0);
  }

  /** What ALTER TABLE twice in one transaction leaves; nothing else of the lake can be read. */
  private void endOlderRows(Finding finding) {
    List<OlderRow> rows = OlderRow.of(site.session(), finding.subject());
    if (rows.isEmpty()) {
      nothing(finding, finding.remedy());
      return;
    }
    add(
        finding,
        Action.END_OLDER_ROWS,
        Optional.empty(),
        "The newest row holds from its snapshot on: %s. A column that the same transaction added was never recorded and has to be added again."
            .formatted(rows.stream().map(OlderRow::told).distinct().collect(joining(", "))),
        0);
  }

  private void quarantine(Finding finding) {
    if (finding.affected().flatMap(Affected::beginSnapshot).isPresent()) {
      nothing(finding, "Expire the snapshots again: the catalog still lists the file.");
      return;
    }
    try {
      Optional<StoredFile> file = site.store().find(finding.subject());
      if (file.isEmpty()) {
        nothing(finding, "It is not there any more.");
        return;
      }
      Instant modified = file.get().modified();
      if (modified.isAfter(Instant.now().minus(quarantineAge))) {
        nothing(
            finding,
            "It was written on %s and is left alone for %s."
                .formatted(modified, Human.duration(quarantineAge)));
        return;
      }
    } catch (IOException e) {
      nothing(finding, "It cannot be looked at: " + e);
      return;
    }
    add(
        finding,
        Action.QUARANTINE,
        Optional.empty(),
        "The file is moved out of the data path and can be put back.",
        0);
  }

  /** The file of a finding by the catalog of today. */
  static Optional<FileRecord> file(RepairSite site, FindingClass type, String key) {
    boolean delete =
        type == FindingClass.DELETE_FILE_MISSING
            || type == FindingClass.DELETE_FILE_DAMAGED
            || type == FindingClass.DELETE_FILE_REPLACED;
    return CatalogReader.select(
            site.session(),
            "WHERE f.kind "
                + (delete ? "= 1" : "< 2")
                + " AND f.key = "
                + Sql.literal(key)
                + " ORDER BY f.end_snapshot NULLS FIRST LIMIT 1")
        .stream()
        .findFirst();
  }

  static String deletedRowsQuery(FileRecord file) {
    return "SELECT coalesce(sum(delete_count), 0)::BIGINT FROM "
        + Lake.METADATA
        + ".ducklake_delete_file WHERE end_snapshot IS NULL AND data_file_id = "
        + file.fileId();
  }
}
