package tarn.integrity.finding;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every class of finding. The code is stable: scripts match on it, and {@code
 * docs/reference/findings.md} explains each one (a test compares the two).
 */
public enum FindingClass {
  FILE_MISSING(
      "file.missing",
      Severity.ERROR,
      Level.EXISTS,
      Reader.EITHER,
      "Restore the file; until then only snapshots and tables without it can be read."),
  FILE_TRUNCATED(
      "file.truncated",
      Severity.ERROR,
      Level.EXISTS,
      Reader.ERROR,
      "Restore the file from a copy; what is left of it cannot be read."),
  FILE_GROWN(
      "file.grown",
      Severity.ERROR,
      Level.EXISTS,
      Reader.ERROR,
      "Restore the file from a copy and find out what appended to it."),
  FILE_REPLACED(
      "file.replaced",
      Severity.ERROR,
      Level.EXISTS,
      Reader.EITHER,
      "Restore the file from a copy and find out what put another one in its place."),
  FILE_UNREADABLE(
      "file.unreadable",
      Severity.ERROR,
      Level.FOOTER,
      Reader.ERROR,
      "Restore the file from a copy; the disk under it may be failing."),
  FILE_MODIFIED(
      "file.modified",
      Severity.ERROR,
      Level.CONTENT,
      Reader.EITHER,
      "Restore the file from a copy; the disk under it may be failing."),
  RECORD_SIZE(
      "record.size",
      Severity.ERROR,
      Level.EXISTS,
      Reader.ERROR,
      "Mend the catalog's size of the file; the file itself is the one that was recorded."),
  RECORD_ROWS(
      "record.rows",
      Severity.ERROR,
      Level.FOOTER,
      Reader.WRONG_RESULT,
      "Mend the catalog's row count of the file, after you made sure that the file is the right one."),
  RECORD_SCHEMA(
      "record.schema",
      Severity.ERROR,
      Level.FOOTER,
      Reader.WRONG_RESULT,
      "Compare the file's columns with the table's; rebuild the table from its inputs if they do not"
          + " belong together."),
  RECORD_STATISTICS(
      "record.statistics",
      Severity.ERROR,
      Level.CATALOG,
      Reader.WRONG_RESULT,
      "Mend the catalog's statistics of the file, after you made sure that the file is the right"
          + " one."),
  DELETE_FILE_MISSING(
      "delete-file.missing",
      Severity.ERROR,
      Level.EXISTS,
      Reader.ERROR,
      "Restore the delete file; without it the rows it deletes would come back."),
  DELETE_FILE_DAMAGED(
      "delete-file.damaged",
      Severity.ERROR,
      Level.EXISTS,
      Reader.EITHER,
      "Restore the delete file from a copy; without it the rows it deletes would come back."),
  DELETE_FILE_REPLACED(
      "delete-file.replaced",
      Severity.ERROR,
      Level.EXISTS,
      Reader.WRONG_RESULT,
      "Restore the delete file from a copy: the one in its place deletes other rows."),
  DELETE_FILE_DANGLING(
      "delete-file.dangling",
      Severity.ERROR,
      Level.CATALOG,
      Reader.WRONG_RESULT,
      "Restore the catalog from a backup: it lost the data file that this delete file belongs to."),
  DELETE_FILE_RIVAL(
      "delete-file.rival",
      Severity.ERROR,
      Level.CATALOG,
      Reader.WRONG_RESULT,
      "Two deletes at once have doubled the data file's rows: rebuild the table, or restore the"
          + " snapshot before."),
  ORPHAN(
      "orphan",
      Severity.WARNING,
      Level.EXISTS,
      Reader.NOTHING,
      "Most likely left by a write that was stopped. Move it to quarantine; do not register it."),
  LEFTOVER(
      "leftover",
      Severity.WARNING,
      Level.CATALOG,
      Reader.NOTHING,
      "No snapshot needs the file any more. Move it to quarantine, or clean up again."),
  DELETION_OVERDUE(
      "deletion.overdue",
      Severity.WARNING,
      Level.CATALOG,
      Reader.NOTHING,
      "Clean up old files: nothing has removed this one since the catalog gave it up."),
  DELETION_OF_NEEDED(
      "deletion.of-needed",
      Severity.ERROR,
      Level.CATALOG,
      Reader.NOTHING,
      "Do not clean up: a file that is still needed would be removed. Take it off the list first."),
  REGISTRATION_DUPLICATE(
      "registration.duplicate",
      Severity.ERROR,
      Level.CATALOG,
      Reader.WRONG_RESULT,
      "The file's rows are counted twice: remove one of the two registrations."),
  REGISTRATION_SHARED(
      "registration.shared",
      Severity.ERROR,
      Level.CATALOG,
      Reader.NOTHING,
      "Dropping one of the tables and cleaning up would remove the other's rows: copy the table."),
  REGISTRATION_OUTSIDE(
      "registration.outside",
      Severity.WARNING,
      Level.CATALOG,
      Reader.NOTHING,
      "Others own that folder: copy the table's data into the data path."),
  BLOB_MISSING(
      "blob.missing",
      Severity.ERROR,
      Level.EXISTS,
      Reader.ERROR,
      "Put the content back under its name; `tarn files add` of a file with the same bytes does so."),
  BLOB_TRUNCATED(
      "blob.truncated",
      Severity.ERROR,
      Level.EXISTS,
      Reader.ERROR,
      "Remove the object and put the content back under its name."),
  BLOB_GROWN(
      "blob.grown",
      Severity.ERROR,
      Level.EXISTS,
      Reader.ERROR,
      "Remove the object, put the content back, and find out what appended to it."),
  BLOB_MODIFIED(
      "blob.modified",
      Severity.ERROR,
      Level.CONTENT,
      Reader.EITHER,
      "Remove the object and put the content back under its name; the disk under it may be failing."),
  BLOB_UNREFERENCED(
      "blob.unreferenced",
      Severity.WARNING,
      Level.EXISTS,
      Reader.NOTHING,
      "No snapshot refers to the content: `tarn files gc` removes it."),
  INLINED_DATA(
      "catalog.inlined-data",
      Severity.ERROR,
      Level.CATALOG,
      Reader.EITHER,
      "Restore the catalog from a backup: rows that it holds itself are lost or out of order."),
  CATALOG_INVARIANT(
      "catalog.invariant",
      Severity.ERROR,
      Level.CATALOG,
      Reader.EITHER,
      "Restore the catalog from a backup, or mend the rows that are named."),
  CATALOG_STALE_ROWS(
      "catalog.stale-rows",
      Severity.WARNING,
      Level.CATALOG,
      Reader.NOTHING,
      "Remove the rows: they belong to nothing and slow down every commit."),
  CATALOG_OLDER(
      "catalog.older",
      Severity.ERROR,
      Level.EXISTS,
      Reader.WRONG_RESULT,
      "The catalog was put back to an older state: restore the newest backup of it, and write"
          + " nothing before."),
  UNVERIFIABLE(
      "unverifiable",
      Severity.WARNING,
      Level.EXISTS,
      Reader.NOTHING,
      "Nothing is known about it: make the storage answer and check again.");

  private final String code;
  private final Severity severity;
  private final Level level;
  private final Reader reader;
  private final String remedy;

  FindingClass(String code, Severity severity, Level level, Reader reader, String remedy) {
    this.code = code;
    this.severity = severity;
    this.level = level;
    this.reader = reader;
    this.remedy = remedy;
  }

  /** The stable name, such as {@code file.missing}. */
  public String code() {
    return code;
  }

  public Severity severity() {
    return severity;
  }

  /** The lowest level that can find it. */
  public Level level() {
    return level;
  }

  public Reader reader() {
    return reader;
  }

  /** What to do, in general. */
  public String remedy() {
    return remedy;
  }

  public static Optional<FindingClass> of(String code) {
    return Stream.of(values()).filter(each -> each.code.equals(code)).findFirst();
  }
}
