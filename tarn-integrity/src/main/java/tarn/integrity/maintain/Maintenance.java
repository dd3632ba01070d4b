package tarn.integrity.maintain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.IntegrityHistory;
import tarn.integrity.check.Progress;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.StoredFindings.StoredFinding;
import tarn.integrity.write.WrittenFiles;
import tarn.lake.CommitMessage;
import tarn.lake.EngineErrors;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.lake.Transaction;
import tarn.storage.ObjectStore;

/**
 * Merges small files, rewrites files of which many rows are deleted, forgets old snapshots and
 * removes what only they needed. It refuses a lake of which anything is wrong, as each of these
 * steps would make it worse: a file that two tables share, or that the list of removals names under
 * another form of its path, would be lost.
 */
public final class Maintenance {
  /** What does no harm to any step, and what the steps themselves mend. */
  private static final Set<FindingClass> HARMLESS =
      Set.of(
          FindingClass.ORPHAN,
          FindingClass.LEFTOVER,
          FindingClass.DELETION_OVERDUE,
          FindingClass.CATALOG_STALE_ROWS,
          // Contents that tables refer to are no files of the lake's own.
          FindingClass.BLOB_MISSING,
          FindingClass.BLOB_TRUNCATED,
          FindingClass.BLOB_GROWN,
          FindingClass.BLOB_MODIFIED,
          FindingClass.BLOB_UNREFERENCED);

  /** An upload that takes longer than this was given up. */
  private static final Duration LEFTOVER_AGE = Duration.ofDays(1);

  private final Lake lake;
  private final FileStore files;
  private final Optional<ObjectStore> store;

  /** Of a lake whose data lie in a folder. */
  public Maintenance(Lake lake) {
    this(lake, new LakeFiles(LakeFiles.of(lake.settings().dataPath()), Optional.empty()));
  }

  /**
   * @param files of the lake's data path
   */
  public Maintenance(Lake lake, LakeFiles files) {
    this.lake = lake;
    this.files = files.files();
    this.store = files.store();
  }

  /**
   * What is wished.
   *
   * @param keep snapshots younger than this stay; empty keeps all
   * @param deletedPart a file is rewritten when at least this part of its rows is deleted
   * @param removalAge a file that no snapshot needs any more stays for so long, for readers that
   *     are still at it
   */
  public record Wish(
      Optional<Duration> keep, double deletedPart, Duration removalAge, Optional<TableName> only) {}

  /** What was done, or what would be. */
  public record Report(
      List<Table> tables, long snapshotsExpired, long filesRemoved, Leftovers leftovers) {

    public Report {
      tables = List.copyOf(tables);
    }
  }

  /**
   * One table.
   *
   * @param filesBefore live data files
   * @param problem why it was left as it was
   */
  public record Table(
      TableName name, long filesBefore, long filesAfter, Optional<String> problem) {}

  /**
   * Says how things are, and does nothing.
   *
   * @throws TarnException {@code lake.damaged} when something is wrong
   */
  public Report preview(Wish wish) {
    requireWhole(Level.EXISTS);
    try (Session session = lake.session()) {
      List<Table> tables = new ArrayList<>();
      for (TableName table : tables(session, wish)) {
        long files = files(session, table);
        tables.add(new Table(table, files, files, Optional.empty()));
      }
      long expired =
          wish.keep.map(keep -> count(session, expire(keep) + ", dry_run => true)")).orElse(0L);
      return new Report(
          tables, expired, count(session, cleanUp(wish) + ", dry_run => true)"), leftovers());
    }
  }

  /**
   * Does what is wished.
   *
   * @throws TarnException {@code lake.damaged} when something is wrong; nothing was done
   */
  public Report run(Wish wish) {
    requireWhole(Level.EXISTS);
    try (Session session = lake.session()) {
      List<Table> tables = new ArrayList<>();
      for (TableName table : tables(session, wish)) {
        tables.add(maintain(session, table, wish));
      }
      long expired = wish.keep.map(keep -> count(session, expire(keep) + ")")).orElse(0L);
      // The list of removals has grown: nothing that is on it may be needed.
      requireWhole(Level.CATALOG);
      long removed = count(session, cleanUp(wish) + ")");
      Leftovers leftovers = leftovers();
      store.ifPresent(leftovers::remove);
      return new Report(tables, expired, removed, leftovers);
    }
  }

  private Leftovers leftovers() {
    if (store.isEmpty()) {
      return Leftovers.NONE;
    }
    try (Session session = lake.catalogSession()) {
      return Leftovers.find(session, store.get(), Instant.now().minus(LEFTOVER_AGE));
    }
  }

  private void requireWhole(Level level) {
    List<Finding> open =
        new Fsck(lake, files, () -> false, Progress.NONE)
            .run(FsckRequest.of(level)).findings().stream()
                .filter(finding -> !HARMLESS.contains(finding.type()))
                .toList();
    if (!open.isEmpty()) {
      throw new TarnException(
          ErrorCode.LAKE_DAMAGED,
          "The lake is not whole, and maintenance would make it worse: %d findings, the first: %s: %s"
              .formatted(open.size(), open.getFirst().type().code(), open.getFirst().subject()),
          "See `tarn fsck` and mend it with `tarn repair`; then run this again.");
    }
    requireNothingOpen();
  }

  /** What a closer look than this one found and nobody has mended since. */
  private void requireNothingOpen() {
    List<StoredFinding> open =
        new IntegrityHistory(lake)
            .open().stream()
                .filter(each -> FindingClass.of(each.code()).filter(HARMLESS::contains).isEmpty())
                .toList();
    if (!open.isEmpty()) {
      throw new TarnException(
          ErrorCode.LAKE_DAMAGED,
          "An earlier check found what is not mended yet: %d findings, the first: %s: %s"
              .formatted(open.size(), open.getFirst().code(), open.getFirst().subject()),
          "Check again as closely (`tarn fsck --level content`), and mend what it finds with"
              + " `tarn repair`; then run this again.");
    }
  }

  private static List<TableName> tables(Session session, Wish wish) {
    return session
        .query(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ?"
                + " ORDER BY ALL",
            row ->
                new TableName(
                    Objects.requireNonNull(row.getString(1)),
                    Objects.requireNonNull(row.getString(2))),
            Lake.NAME)
        .stream()
        .filter(table -> wish.only.map(only -> only.folded().equals(table.folded())).orElse(true))
        .toList();
  }

  private static long files(Session session, TableName table) {
    return session
        .queryFirst(
            """
            SELECT count(*) FROM %1$s.ducklake_data_file WHERE end_snapshot IS NULL AND table_id = (
              SELECT t.table_id FROM %1$s.ducklake_table t
              JOIN %1$s.ducklake_schema s USING (schema_id)
              WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND s.schema_name = ?
                AND t.table_name = ?)"""
                .formatted(Lake.METADATA),
            row -> row.getLong(1),
            table.schema(),
            table.table())
        .orElse(0L);
  }

  private Table maintain(Session session, TableName table, Wish wish) {
    long before = files(session, table);
    Optional<String> problem = Optional.empty();
    String name =
        "('%s', %s, schema => %s"
            .formatted(Lake.NAME, Sql.literal(table.table()), Sql.literal(table.schema()));
    try {
      rewrite(
          session,
          table,
          "CALL ducklake_rewrite_data_files%s, delete_threshold => %s)"
              .formatted(name, String.format(Locale.ROOT, "%.4f", wish.deletedPart)));
      rewrite(session, table, "CALL ducklake_merge_adjacent_files%s)".formatted(name));
    } catch (TarnException e) {
      if (!EngineErrors.isConflict(e)) {
        throw e;
      }
      problem = Optional.of("another writer was at work");
    }
    return new Table(table, before, files(session, table), problem);
  }

  /** In a transaction that holds the table's lock: DuckLake loses deletes that come between. */
  private void rewrite(Session session, TableName table, String statement) {
    WrittenFiles files = WrittenFiles.of(lake, List.of(table));
    Transaction.Result<Boolean> result =
        Transaction.run(
            lake,
            session,
            List.of(table),
            inside -> {
              inside.execute(statement);
              files.force();
              return new Transaction.Decision.Commit<>(
                  true,
                  new CommitMessage(
                      "tarn maintain",
                      "maintain " + table,
                      Json.line(Map.of("tarn", 1, "run_id", UUID.randomUUID().toString()))));
            });
    switch (result) {
      case Transaction.Result.Written<Boolean> _ -> files.record();
      case Transaction.Result.NothingWritten<Boolean> _ -> {}
    }
  }

  private static String expire(Duration keep) {
    return "FROM ducklake_expire_snapshots('%s', older_than => now() - to_seconds(%d)"
        .formatted(Lake.NAME, keep.toSeconds());
  }

  private static String cleanUp(Wish wish) {
    return "FROM ducklake_cleanup_old_files('%s', older_than => now() - to_seconds(%d)"
        .formatted(Lake.NAME, wish.removalAge.toSeconds());
  }

  private static long count(Session session, String call) {
    return session.query(call, _ -> 1).size();
  }
}
