package tarn.integrity.repair;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.StaleRows;
import tarn.integrity.catalog.Workspace;
import tarn.integrity.files.OpenFile;
import tarn.integrity.parquet.Footer;
import tarn.integrity.parquet.Leaf;
import tarn.integrity.parquet.Parquet;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;

/**
 * Changes of the catalog's own tables. Each is one transaction of its database while no writer of
 * this process is at work; how it is taken back is in the journal before it begins.
 */
final class CatalogChanges {
  private static final String M = Lake.METADATA;

  private final RepairSite site;
  private final Session session;
  private final Journal journal;
  private final Path folder;

  CatalogChanges(RepairSite site, Journal journal, Path folder) {
    this.site = site;
    this.session = site.session();
    this.journal = journal;
    this.folder = folder;
  }

  /** Whether the catalog has a file of that name in any folder. */
  boolean isNamed(String name) {
    return session
        .queryFirst(
            """
            SELECT 1 FROM (SELECT path FROM %1$s.ducklake_data_file
              UNION ALL SELECT path FROM %1$s.ducklake_delete_file
              UNION ALL SELECT path FROM %1$s.ducklake_files_scheduled_for_deletion)
            WHERE lower(regexp_replace(path, '^.*[/\\\\]', '')) = ?"""
                .formatted(M),
            row -> row.getInt(1),
            name.toLowerCase(Locale.ROOT))
        .isPresent();
  }

  private void change(List<TableName> tables, List<String> takenBackBy, List<String> statements) {
    change(tables, new Journal.Entry.Changed(takenBackBy, Optional.empty()), statements);
  }

  private void change(
      List<TableName> tables, Journal.Entry.Changed entry, List<String> statements) {
    site.lake()
        .whileNobodyWrites(
            tables,
            () -> {
              journal.write(entry);
              inTransaction(session, statements);
            });
  }

  static void inTransaction(Session session, List<String> statements) {
    session.execute("BEGIN TRANSACTION");
    try {
      statements.forEach(session::execute);
      session.execute("COMMIT");
    } catch (RuntimeException e) {
      try {
        session.execute("ROLLBACK");
      } catch (TarnException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static List<TableName> tableOf(FileRecord file) {
    return file.table().isPresent() && file.schema().isPresent()
        ? List.of(new TableName(file.schema().get(), file.table().get()))
        : List.of();
  }

  /**
   * Ends a data file's life in a new snapshot, as a delete of all its rows would. Other writers
   * that read the snapshot before fail on the new one's number and try again.
   */
  void tombstone(FileRecord file, Step step) {
    long newest =
        session
            .queryFirst(
                "SELECT max(snapshot_id) FROM " + M + ".ducklake_snapshot", row -> row.getLong(1))
            .orElseThrow();
    long tombstone = newest + 1;
    String message =
        "tarn repair: gave up a lost data file with %d rows".formatted(step.rowsLost());
    String extra =
        Json.line(
            java.util.Map.of(
                "tarn", 1, "repair", folder.getFileName().toString(), "path", file.key()));
    String ofFile = " WHERE data_file_id = " + file.fileId();
    List<String> back =
        List.of(
            "UPDATE %s.ducklake_data_file SET end_snapshot = NULL%s AND end_snapshot = %d"
                .formatted(M, ofFile, tombstone),
            "UPDATE %s.ducklake_delete_file SET end_snapshot = NULL%s AND end_snapshot = %d"
                .formatted(M, ofFile, tombstone));
    // What was written since may hold the same rows again.
    String changedSince =
        "SELECT 1 FROM %s.ducklake_snapshot_changes WHERE snapshot_id > %d AND regexp_matches(coalesce(changes_made, ''), ':%d($|,)')"
            .formatted(M, tombstone, file.tableId());
    change(
        tableOf(file),
        new Journal.Entry.Changed(back, Optional.of(changedSince)),
        List.of(
            """
            INSERT INTO %1$s.ducklake_snapshot
              (snapshot_id, snapshot_time, schema_version, next_catalog_id, next_file_id)
            SELECT %2$d, greatest(now(), snapshot_time), schema_version, next_catalog_id,
              next_file_id
            FROM %1$s.ducklake_snapshot WHERE snapshot_id = %3$d"""
                .formatted(M, tombstone, newest),
            """
            INSERT INTO %s.ducklake_snapshot_changes
              (snapshot_id, changes_made, author, commit_message, commit_extra_info)
            VALUES (%d, 'deleted_from_table:%d', 'tarn repair', %s, %s)"""
                .formatted(M, tombstone, file.tableId(), Sql.literal(message), Sql.literal(extra)),
            "UPDATE %s.ducklake_delete_file SET end_snapshot = %d%s AND end_snapshot IS NULL"
                .formatted(M, tombstone, ofFile),
            "UPDATE %s.ducklake_data_file SET end_snapshot = %d%s AND end_snapshot IS NULL"
                .formatted(M, tombstone, ofFile)));
  }

  /** Writes down what the file says of itself. */
  void correctRecord(FileRecord file) {
    String table = file.isDelete() ? "delete_file" : "data_file";
    String count = file.isDelete() ? "delete_count" : "record_count";
    try (OpenFile open = site.store().open(file.path())) {
      Footer footer = Parquet.footer(open, Optional.empty(), file.secret());
      String update =
          "UPDATE %s.ducklake_%s SET file_size_bytes = %%d, footer_size = %%s, %s = %%d WHERE %s_id = %d"
              .formatted(M, table, count, table, file.fileId());
      change(
          tableOf(file),
          List.of(
              update.formatted(
                  file.size(),
                  file.footerLength().map(String::valueOf).orElse("NULL"),
                  file.rows())),
          List.of(update.formatted(open.size(), footer.length(), footer.rows())));
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.DATA_FILE_UNREADABLE,
          "The file " + file.key() + " cannot be read: " + e.getMessage(),
          "Check the lake again.",
          e);
    }
  }

  /**
   * Takes bounds away that are wrong; counts come from the file.
   *
   * @param subject a file's path, or {@code table 3 column 1}
   */
  void forgetStatistics(String subject, Optional<FileRecord> file) {
    if (file.isPresent()) {
      forgetFileStatistics(file.get());
      return;
    }
    String[] words = subject.split(" ");
    if (words.length != 4) {
      throw new TarnException(
          ErrorCode.USAGE, "There are no statistics of `" + subject + "`.", "Make a new plan.");
    }
    String where =
        " WHERE table_id = %d AND column_id = %d"
            .formatted(Long.parseLong(words[1]), Long.parseLong(words[3]));
    List<String> back =
        session.query(
            "SELECT min_value, max_value, contains_null, contains_nan FROM "
                + M
                + ".ducklake_table_column_stats"
                + where,
            row ->
                "UPDATE %s.ducklake_table_column_stats SET min_value = %s, max_value = %s, contains_null = %s, contains_nan = %s%s"
                    .formatted(
                        M,
                        literal(row.getString(1)),
                        literal(row.getString(2)),
                        row.getString(3),
                        row.getString(4),
                        where));
    change(
        List.of(),
        back,
        List.of(
            "UPDATE %s.ducklake_table_column_stats SET min_value = NULL, max_value = NULL, contains_null = true, contains_nan = CASE WHEN contains_nan IS NULL THEN NULL ELSE true END%s"
                .formatted(M, where)));
  }

  private void forgetFileStatistics(FileRecord file) {
    String update =
        "UPDATE %s.ducklake_file_column_stats SET min_value = %%s, max_value = %%s, null_count = %%s, value_count = %%s WHERE data_file_id = %d AND column_id = %%d"
            .formatted(M, file.fileId());
    List<String> back = new ArrayList<>();
    List<String> forth = new ArrayList<>();
    try (OpenFile open = site.store().open(file.path())) {
      Footer footer = Parquet.footer(open, file.footerLength(), file.secret());
      session
          .query(
              "SELECT column_id, min_value, max_value, null_count, value_count FROM "
                  + M
                  + ".ducklake_file_column_stats WHERE data_file_id = ?",
              row ->
                  new String[] {
                    row.getString(1),
                    literal(row.getString(2)),
                    literal(row.getString(3)),
                    row.getString(4),
                    row.getString(5)
                  },
              file.fileId())
          .forEach(
              row -> {
                int column = Integer.parseInt(row[0]);
                back.add(update.formatted(row[1], row[2], row[3], row[4], column));
                footer.leaves().stream()
                    .filter(leaf -> leaf.fieldId().filter(id -> id == column).isPresent())
                    .findFirst()
                    .ifPresent(leaf -> forth.add(forget(update, leaf, column, row)));
              });
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.DATA_FILE_UNREADABLE,
          "The file " + file.key() + " cannot be read: " + e.getMessage(),
          "Check the lake again.",
          e);
    }
    change(tableOf(file), back, forth);
  }

  private static String forget(String update, Leaf leaf, int column, String[] row) {
    String nulls = leaf.nulls().map(String::valueOf).orElse(row[3]);
    String values = leaf.nulls().map(count -> "" + (leaf.values() - count)).orElse(row[4]);
    return update.formatted("NULL", "NULL", nulls, values, column);
  }

  private static String literal(@Nullable String text) {
    return text == null ? "NULL" : Sql.literal(text);
  }

  /**
   * @param key of a file that is needed
   */
  void keepFile(String key) {
    record Listed(long id, String path, boolean relative, String since) {}
    List<Listed> listed =
        session.query(
            """
            SELECT s.data_file_id, s.path, s.path_is_relative, s.schedule_start::VARCHAR
            FROM %1$s.ducklake_files_scheduled_for_deletion s
            JOIN %2$s f ON f.kind = 2 AND f.file_id = s.data_file_id AND f.key = %3$s
              AND f.path = CASE WHEN s.path_is_relative THEN %4$s || s.path ELSE s.path END"""
                .formatted(
                    M,
                    Workspace.FILES,
                    Sql.literal(key),
                    Sql.literal(site.lake().settings().dataPath())),
            row ->
                new Listed(
                    row.getLong(1),
                    Objects.requireNonNull(row.getString(2)),
                    row.getBoolean(3),
                    Objects.requireNonNull(row.getString(4))));
    List<String> back = new ArrayList<>();
    List<String> forth = new ArrayList<>();
    for (Listed each : listed) {
      back.add(
          "INSERT INTO %s.ducklake_files_scheduled_for_deletion VALUES (%d, %s, %s, %s)"
              .formatted(
                  M, each.id, Sql.literal(each.path), each.relative, Sql.literal(each.since)));
      forth.add(
          "DELETE FROM %s.ducklake_files_scheduled_for_deletion WHERE data_file_id = %d AND path = %s"
              .formatted(M, each.id, Sql.literal(each.path)));
    }
    change(List.of(), back, forth);
  }

  /** So that of rows that describe one thing at once only the newest is live. */
  void endOlderRows(String subject) {
    List<OlderRow> rows = OlderRow.of(session, subject);
    change(
        List.of(),
        rows.stream().map(OlderRow::live).toList(),
        rows.stream().map(OlderRow::end).toList());
  }

  /** What is removed is kept in a file beside the journal. */
  void removeStaleRows(String table) {
    StaleRows stale =
        StaleRows.of(table)
            .orElseThrow(
                () ->
                    new TarnException(
                        ErrorCode.USAGE,
                        "The catalog has no table `" + table + "` that could have stale rows.",
                        "Make a new plan."));
    Path kept = folder.resolve(stale.table() + ".parquet");
    session.execute(
        "COPY (%s) TO %s (FORMAT parquet)"
            .formatted(stale.select(M), Sql.literal(kept.toString())));
    change(
        List.of(),
        List.of(
            "INSERT INTO %s.%s FROM read_parquet(%s)"
                .formatted(M, stale.table(), Sql.literal(kept.toString()))),
        List.of(stale.delete(M)));
  }
}
