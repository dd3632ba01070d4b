package tarn.integrity.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tarn.lake.Session;

/** Reads what checks have left. A lake that was never checked has nothing. */
public final class StoredFindings {
  private static final String FINDING =
      "SELECT finding_id, code, severity, path, schema_name, table_name, subject, detail, remedy,"
          + " opened_at, seen_at, resolved_at FROM "
          + LedgerTables.FINDINGS;

  private StoredFindings() {}

  /** One row of {@code _tarn.fsck_runs}. */
  public record StoredRun(
      String runId,
      Instant started,
      Optional<Instant> finished,
      String status,
      String level,
      String scope,
      long findings) {}

  /** One row of {@code _tarn.fsck_findings}. */
  public record StoredFinding(
      String id,
      String code,
      String severity,
      Optional<String> path,
      Optional<String> schema,
      Optional<String> table,
      String subject,
      String detail,
      String remedy,
      Instant opened,
      Instant seen,
      Optional<Instant> resolved) {}

  public static List<StoredRun> runs(Session session, int limit) {
    if (!LedgerTables.exist(session)) {
      return List.of();
    }
    return session.query(
        "SELECT run_id, started_at, finished_at, status, level, scope, coalesce(findings, 0) FROM "
            + LedgerTables.RUNS
            + " ORDER BY started_at DESC LIMIT "
            + limit,
        row ->
            new StoredRun(
                text(row, 1),
                time(row, 2).orElseThrow(),
                time(row, 3),
                text(row, 4),
                text(row, 5),
                text(row, 6),
                row.getLong(7)));
  }

  public static List<StoredFinding> open(Session session) {
    if (!LedgerTables.exist(session)) {
      return List.of();
    }
    return session.query(
        FINDING + " WHERE resolved_at IS NULL ORDER BY severity, code, subject",
        StoredFindings::finding);
  }

  public static Optional<StoredFinding> byId(Session session, String id) {
    if (!LedgerTables.exist(session)) {
      return Optional.empty();
    }
    return session.queryFirst(
        FINDING + " WHERE finding_id = ? ORDER BY opened_at DESC", StoredFindings::finding, id);
  }

  /** Says how many rows it closed. */
  public static long resolve(Session session, String id, String by) {
    if (!LedgerTables.exist(session)) {
      return 0;
    }
    return session.update(
        "UPDATE "
            + LedgerTables.FINDINGS
            + " SET resolved_at = now(), resolved_by = ? WHERE finding_id = ? AND resolved_at IS NULL",
        by,
        id);
  }

  private static StoredFinding finding(ResultSet row) throws SQLException {
    return new StoredFinding(
        text(row, 1),
        text(row, 2),
        text(row, 3),
        Optional.ofNullable(row.getString(4)),
        Optional.ofNullable(row.getString(5)),
        Optional.ofNullable(row.getString(6)),
        text(row, 7),
        text(row, 8),
        text(row, 9),
        time(row, 10).orElseThrow(),
        time(row, 11).orElseThrow(),
        time(row, 12));
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNullElse(row.getString(column), "");
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
