package tarn.integrity.ledger;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Finding.Affected;
import tarn.integrity.finding.Level;
import tarn.lake.EngineErrors;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Keeps which checks ran and what they found, with the times when a finding opened and closed. */
public final class RunHistory {
  private final Session session;
  private final Ledger ledger;

  /**
   * @param session one of {@link tarn.lake.Lake#catalogSession}
   */
  public RunHistory(Session session, Ledger ledger) {
    this.session = session;
    this.ledger = ledger;
  }

  /** A run as it begins. */
  public record Start(String runId, Instant started, Level level, String scope, long snapshot) {}

  /** Notes that a check began, and that one which never ended is over. */
  public void begin(Start start) {
    if (!ledger.isWritable()) {
      return;
    }
    session.execute(
        "UPDATE " + LedgerTables.RUNS + " SET status = 'killed' WHERE status = 'running'");
    session.update(
        "INSERT INTO "
            + LedgerTables.RUNS
            + " (run_id, started_at, status, level, scope, snapshot_id)"
            + " VALUES (?, ?, 'running', ?, ?, ?)",
        start.runId,
        utc(start.started),
        start.level.text(),
        start.scope,
        start.snapshot);
  }

  /** How a run ended. */
  public record End(
      Instant finished,
      String status,
      long files,
      long bytes,
      long filesRead,
      long bytesRead,
      long findings,
      Optional<Instant> oldestUnverified,
      Optional<String> detail) {}

  public void end(String runId, End end) {
    if (!ledger.isWritable()) {
      return;
    }
    session.update(
        "UPDATE "
            + LedgerTables.RUNS
            + " SET finished_at = ?, status = ?, files = ?, bytes = ?, files_read = ?,"
            + " bytes_read = ?, findings = ?, oldest_unverified_at = ?, detail = ?"
            + " WHERE run_id = ?",
        utc(end.finished),
        end.status,
        end.files,
        end.bytes,
        end.filesRead,
        end.bytesRead,
        end.findings,
        end.oldestUnverified.map(RunHistory::utc).orElse(null),
        end.detail.orElse(null),
        runId);
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  /** Opens findings that are new, and notes of the others that they are still there. */
  public void record(String runId, Instant when, Collection<Finding> findings) {
    if (!ledger.isWritable()) {
      return;
    }
    session.execute(
        "CREATE OR REPLACE TEMP TABLE tarn_check_found(finding_id VARCHAR, code VARCHAR,"
            + " severity VARCHAR, level VARCHAR, path VARCHAR, schema_name VARCHAR,"
            + " table_name VARCHAR, file_kind VARCHAR, partition_values VARCHAR,"
            + " begin_snapshot BIGINT, end_snapshot BIGINT, row_count BIGINT, size_bytes BIGINT,"
            + " reader VARCHAR, subject VARCHAR, detail VARCHAR, remedy VARCHAR)");
    try (DuckDBAppender appender =
        session.connection().createAppender("temp", "main", "tarn_check_found")) {
      for (Finding finding : findings) {
        append(appender, finding);
      }
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
    session.update(
        """
        UPDATE %s AS o SET seen_at = ?, seen_by = ?, detail = n.detail, level = n.level
        FROM temp.main.tarn_check_found n
        WHERE o.finding_id = n.finding_id AND o.resolved_at IS NULL"""
            .formatted(LedgerTables.FINDINGS),
        utc(when),
        runId);
    session.update(
        """
        INSERT INTO %1$s SELECT n.*, ?, ?, ?, ?, NULL, NULL
        FROM (SELECT DISTINCT ON (finding_id) * FROM temp.main.tarn_check_found) n
        WHERE NOT EXISTS (FROM %1$s o
          WHERE o.finding_id = n.finding_id AND o.resolved_at IS NULL)"""
            .formatted(LedgerTables.FINDINGS),
        utc(when),
        runId,
        utc(when),
        runId);
  }

  private static void append(DuckDBAppender appender, Finding finding) throws SQLException {
    Optional<Affected> affected = finding.affected();
    appender.beginRow();
    appender.append(finding.id());
    appender.append(finding.type().code());
    appender.append(finding.severity().text());
    appender.append(finding.level().text());
    appendText(appender, finding.path().orElse(null));
    appendText(appender, affected.flatMap(Affected::schema).orElse(null));
    appendText(appender, affected.flatMap(Affected::table).orElse(null));
    appendText(appender, affected.flatMap(Affected::kind).map(kind -> kind.text()).orElse(null));
    appendText(appender, affected.flatMap(Affected::partition).orElse(null));
    appendNumber(appender, affected.flatMap(Affected::beginSnapshot).orElse(null));
    appendNumber(appender, affected.flatMap(Affected::endSnapshot).orElse(null));
    appendNumber(appender, affected.flatMap(Affected::rows).orElse(null));
    appendNumber(appender, affected.flatMap(Affected::bytes).orElse(null));
    appender.append(finding.type().reader().text());
    appender.append(finding.subject());
    appender.append(finding.detail());
    appender.append(finding.remedy());
    appender.endRow();
  }

  private static void appendText(DuckDBAppender appender, @Nullable String text)
      throws SQLException {
    if (text == null) {
      appender.appendNull();
    } else {
      appender.append(text);
    }
  }

  private static void appendNumber(DuckDBAppender appender, @Nullable Long number)
      throws SQLException {
    if (number == null) {
      appender.appendNull();
    } else {
      appender.append(number.longValue());
    }
  }

  /** The temporary table of the files beside the data that are there and needed. */
  private static final String FURTHER = "temp.main.tarn_check_further";

  /** Which of the open findings a run would have found again if they were still there. */
  public record Reach(
      Level level, Optional<String> schema, Optional<String> table, Beside beside) {}

  /** Whether the files beside the data were looked at. */
  public enum Beside {
    LOOKED_AT,
    LEFT_OUT
  }

  /**
   * Closes what a run, which went to its end, looked for and did not find any more. A finding of a
   * file's bytes closes when the run has read them, or when the catalog no longer needs the file.
   *
   * @param files the temporary table of the check's files
   */
  public void resolve(String runId, Instant started, Instant when, Reach reach, String files) {
    if (!ledger.isWritable()) {
      return;
    }
    String levels =
        Stream.of(Level.values())
            .filter(reach.level()::includes)
            .map(level -> Sql.literal(level.text()))
            .collect(Collectors.joining(", "));
    String beside =
        switch (reach.beside()) {
          case LOOKED_AT -> "true";
          case LEFT_OUT -> "NOT starts_with(o.code, 'blob.')";
        };
    session.update(
        """
        UPDATE %1$s AS o SET resolved_at = ?, resolved_by = ?
        WHERE o.resolved_at IS NULL AND o.level IN (%2$s) AND %3$s
          AND o.finding_id NOT IN (SELECT finding_id FROM temp.main.tarn_check_found)
          AND (o.level <> 'content'
            OR (o.path NOT IN (SELECT key FROM %4$s WHERE kind < 2)
              AND o.path NOT IN (SELECT path FROM %6$s))
            OR o.path IN (SELECT path FROM %5$s WHERE verified_at >= ?)
            OR o.path IN (SELECT f.key FROM %4$s f JOIN %5$s l ON f.file_id = l.file_id
              WHERE l.verified_at >= ?))"""
            .formatted(
                LedgerTables.FINDINGS,
                levels,
                tables(reach) + " AND " + beside,
                files,
                LedgerTables.LEDGER,
                FURTHER),
        utc(when),
        runId,
        utc(started),
        utc(started));
  }

  /** Findings of the tables in reach that are open, and that this run did not meet. */
  public long openBeside(String runId, Reach reach) {
    if (!ledger.isWritable()) {
      return 0;
    }
    return session
        .queryFirst(
            "SELECT count(*) FROM %s AS o WHERE o.resolved_at IS NULL AND o.seen_by <> ? AND %s"
                .formatted(LedgerTables.FINDINGS, tables(reach)),
            row -> row.getLong(1),
            runId)
        .orElse(0L);
  }

  private static String tables(Reach reach) {
    List<String> conditions =
        Stream.of(
                reach.schema().map(name -> "o.schema_name = " + Sql.literal(name)),
                reach.table().map(name -> "o.table_name = " + Sql.literal(name)))
            .flatMap(Optional::stream)
            .toList();
    return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
  }
}
