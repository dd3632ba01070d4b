package tarn.integrity.catalog;

import static tarn.integrity.finding.FindingClass.DELETION_OF_NEEDED;
import static tarn.integrity.finding.FindingClass.DELETION_OVERDUE;
import static tarn.integrity.finding.FindingClass.LEFTOVER;
import static tarn.integrity.finding.FindingClass.REGISTRATION_DUPLICATE;
import static tarn.integrity.finding.FindingClass.REGISTRATION_OUTSIDE;
import static tarn.integrity.finding.FindingClass.REGISTRATION_SHARED;

import java.time.Duration;
import java.util.List;
import tarn.lake.Sql;

/** Rules about where files are registered; two forms of one path count as the same path. */
final class PathRules {
  private PathRules() {}

  /**
   * @param root of the data path, in canonical form
   * @param patience how long a file may wait to be removed
   */
  static List<Rule> all(String root, Duration patience) {
    return List.of(
        new Rule(
            "no-duplicate-registration",
            REGISTRATION_DUPLICATE,
            """
            SELECT b.key AS subject, b.sequence AS file, 'The file is registered in the table as '
              || a.file_id || ' and again as ' || b.file_id || '.' AS detail
            FROM {f} a JOIN {f} b ON a.key = b.key AND a.sequence < b.sequence
              AND a.kind < 2 AND b.kind < 2 AND a.table_id = b.table_id
              AND a.begin_snapshot < coalesce(b.end_snapshot, 9223372036854775807)
              AND b.begin_snapshot < coalesce(a.end_snapshot, 9223372036854775807)"""),
        new Rule(
            "no-shared-file",
            REGISTRATION_SHARED,
            """
            SELECT b.key AS subject, b.sequence AS file, 'The file is also one of '
              || coalesce(a.schema_name || '.', '') || coalesce(a.table_name, 'a dropped table')
              || ' (' || a.file_id || ').' AS detail
            FROM {f} a JOIN {f} b ON a.key = b.key AND a.sequence < b.sequence
              AND a.kind < 2 AND b.kind < 2 AND a.table_id <> b.table_id"""),
        new Rule(
            "inside-data-path",
            REGISTRATION_OUTSIDE,
            """
            SELECT key AS subject, sequence AS file, 'The file is not below the data path %1$s.'
              AS detail
            FROM {f} WHERE kind < 2 AND NOT starts_with(key, %2$s)"""
                .formatted(root.replace("'", "''"), Sql.literal(root + "/"))),
        new Rule(
            "no-needed-file-is-given-up",
            DELETION_OF_NEEDED,
            """
            SELECT a.key AS subject, a.sequence AS file, 'The file is on the list of those to be'
              || ' removed since ' || strftime(b.given_up::TIMESTAMP, '%Y-%m-%d %H:%M')
              || ', and is needed.' AS detail
            FROM {f} a JOIN {f} b ON a.key = b.key AND a.kind < 2 AND b.kind = 2"""),
        new Rule(
            "no-deletion-overdue",
            DELETION_OVERDUE,
            """
            SELECT key AS subject, sequence AS file, 'The catalog gave the file up on '
              || strftime(given_up::TIMESTAMP, '%%Y-%%m-%%d %%H:%%M') || ' UTC.' AS detail
            FROM {f} WHERE kind = 2 AND given_up < now() - to_seconds(%d)"""
                .formatted(patience.toSeconds())),
        new Rule(
            "no-file-without-snapshot",
            LEFTOVER,
            """
            SELECT f.key AS subject, f.sequence AS file, 'The catalog still lists the file, but no'
              || ' snapshot from ' || f.begin_snapshot || ' to before ' || f.end_snapshot
              || ' exists any more.' AS detail
            FROM {f} f ASOF LEFT JOIN {c}.ducklake_snapshot s ON f.end_snapshot > s.snapshot_id
            WHERE f.kind < 2 AND f.end_snapshot IS NOT NULL
              AND coalesce(s.snapshot_id < f.begin_snapshot, true)"""));
  }
}
