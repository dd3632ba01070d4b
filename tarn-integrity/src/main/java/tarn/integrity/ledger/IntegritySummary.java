package tarn.integrity.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * What is known of a lake's integrity, from the ledger and the results of checks alone: no file is
 * touched. Files are those of the newest snapshot.
 *
 * @param verified files whose bytes were compared, and with which nothing is wrong
 * @param unverified files whose bytes never were
 * @param damaged files with an open finding that is an error
 * @param verifiedBytes of the verified ones
 * @param bytesRead by all checks there ever were
 * @param oldest when the file that was compared longest ago was; one that never was counts from
 *     when it was written; empty when there is no file
 * @param succeeded when the last check of the whole lake ended that looked at least so closely and
 *     went to its end, whatever it found
 * @param findings the open ones
 */
public record IntegritySummary(
    long verified,
    long unverified,
    long damaged,
    long verifiedBytes,
    long bytesRead,
    Optional<Instant> oldest,
    Map<Level, Instant> succeeded,
    Map<FindingClass, OpenFindings> findings) {

  private static final IntegritySummary NOTHING =
      new IntegritySummary(0, 0, 0, 0, 0, Optional.empty(), Map.of(), Map.of());

  public IntegritySummary {
    succeeded = Map.copyOf(succeeded);
    findings = Map.copyOf(findings);
  }

  /**
   * Open findings of one class.
   *
   * @param bytes of the files that they are about
   */
  public record OpenFindings(long count, long bytes) {}

  /** Changes when a summary would: cheaper to ask than the summary. */
  public static String stamp(Session session) {
    String snapshot = "SELECT max(snapshot_id) FROM " + Lake.METADATA + ".ducklake_snapshot";
    if (!LedgerTables.exist(session)) {
      return text(session, snapshot);
    }
    return text(
        session,
        """
        SELECT concat_ws(' ', (%s), (SELECT max(finished_at) FROM %s),
          (SELECT count(*) FROM %s WHERE resolved_at IS NULL))"""
            .formatted(snapshot, LedgerTables.RUNS, LedgerTables.FINDINGS));
  }

  private static String text(Session session, String sql) {
    return session.queryFirst(sql, row -> String.valueOf(row.getString(1))).orElse("");
  }

  /**
   * @param session one of {@link Lake#catalogSession} or {@link Lake#session}
   */
  public static IntegritySummary read(Session session) {
    if (!LedgerTables.exist(session)) {
      return unrecorded(session);
    }
    IntegritySummary files =
        session
            .queryFirst(
                """
            WITH %1$s, known AS (SELECT file_id, max(verified_at) AS verified,
                max(recorded_at) AS recorded, any_value(path) AS path
              FROM %2$s WHERE file_id IS NOT NULL GROUP BY file_id),
            wrong AS (SELECT DISTINCT k.file_id FROM known k JOIN %3$s o
              ON o.path = k.path OR ends_with(o.path, '/' || k.path)
              WHERE o.resolved_at IS NULL AND o.severity = 'error')
            SELECT count(*) FILTER (k.verified IS NOT NULL AND w.file_id IS NULL),
              count(*) FILTER (k.verified IS NULL AND w.file_id IS NULL),
              count(w.file_id),
              coalesce(sum(f.size) FILTER (k.verified IS NOT NULL AND w.file_id IS NULL), 0)::BIGINT,
              (SELECT coalesce(sum(bytes_read), 0)::BIGINT FROM %4$s),
              min(coalesce(k.verified, k.recorded, f.written))
            FROM live f LEFT JOIN known k USING (file_id) LEFT JOIN wrong w USING (file_id)"""
                    .formatted(
                        live(), LedgerTables.LEDGER, LedgerTables.FINDINGS, LedgerTables.RUNS),
                row ->
                    new IntegritySummary(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        time(row, 6),
                        Map.of(),
                        Map.of()))
            .orElse(NOTHING);
    return new IntegritySummary(
        files.verified,
        files.unverified,
        files.damaged,
        files.verifiedBytes,
        files.bytesRead,
        files.oldest,
        succeeded(session),
        findings(session));
  }

  /** The files of the newest snapshot, and when each was written as far as the catalog knows. */
  private static String live() {
    return """
        files AS (
          SELECT data_file_id AS file_id, file_size_bytes AS size, begin_snapshot
          FROM %1$s.ducklake_data_file WHERE end_snapshot IS NULL
          UNION ALL SELECT delete_file_id, file_size_bytes, begin_snapshot
          FROM %1$s.ducklake_delete_file WHERE end_snapshot IS NULL),
        live AS (SELECT file_id, size, coalesce(snapshot_time,
            (SELECT min(snapshot_time) FROM %1$s.ducklake_snapshot)) AS written
          FROM files LEFT JOIN %1$s.ducklake_snapshot ON snapshot_id = begin_snapshot)"""
        .formatted(Lake.METADATA);
  }

  private static IntegritySummary unrecorded(Session session) {
    return session
        .queryFirst(
            "WITH " + live() + " SELECT count(*), min(written) FROM live",
            row ->
                new IntegritySummary(0, row.getLong(1), 0, 0, 0, time(row, 2), Map.of(), Map.of()))
        .orElse(NOTHING);
  }

  private static Map<Level, Instant> succeeded(Session session) {
    Map<Level, Instant> ended = new EnumMap<>(Level.class);
    session
        .query(
            "SELECT level, max(finished_at) FROM "
                + LedgerTables.RUNS
                + " WHERE status IN ('clean', 'findings') AND scope = 'everything' GROUP BY level",
            row -> Map.entry(String.valueOf(row.getString(1)), time(row, 2)))
        .forEach(
            run ->
                Level.of(run.getKey())
                    .ifPresent(
                        level -> run.getValue().ifPresent(when -> note(ended, level, when))));
    return ended;
  }

  /** A closer look counts for the levels that it includes. */
  private static void note(Map<Level, Instant> ended, Level level, Instant when) {
    for (Level each : Level.values()) {
      if (level.includes(each)) {
        ended.merge(each, when, (one, other) -> one.isAfter(other) ? one : other);
      }
    }
  }

  private static Map<FindingClass, OpenFindings> findings(Session session) {
    Map<FindingClass, OpenFindings> open = new EnumMap<>(FindingClass.class);
    List<Map.Entry<String, OpenFindings>> counted =
        session.query(
            "SELECT code, count(*), coalesce(sum(size_bytes), 0)::BIGINT FROM "
                + LedgerTables.FINDINGS
                + " WHERE resolved_at IS NULL GROUP BY code",
            row ->
                Map.entry(
                    String.valueOf(row.getString(1)),
                    new OpenFindings(row.getLong(2), row.getLong(3))));
    counted.forEach(
        each -> FindingClass.of(each.getKey()).ifPresent(type -> open.put(type, each.getValue())));
    return open;
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
  }
}
