package tarn.integrity.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;
import tarn.integrity.finding.FileKind;
import tarn.lake.Access;
import tarn.lake.EngineErrors;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * The digests of a lake's files and when they were last compared. {@code spec/ledger.md} specifies
 * the table. A path in it is relative to the data path where it can be, so that it stays right when
 * the lake moves.
 */
public final class Ledger {
  private static final String COLUMNS =
      "l.size_bytes, l.sha256, l.crc32c, l.recorded_by, l.recorded_at, l.verified_at";

  private final Session session;
  private final String root;
  private final Access access;
  private final boolean present;

  private Ledger(Session session, String root, Access access, boolean present) {
    this.session = session;
    this.root = root;
    this.access = access;
    this.present = present;
  }

  /**
   * Opens a lake's ledger, and makes it where there is none and the lake may be written.
   *
   * @param session one of {@link Lake#catalogSession}
   * @param root of the data path, in canonical form
   */
  public static Ledger open(Lake lake, Session session, String root) {
    if (lake.access() == Access.WRITE) {
      LedgerTables.ensure(session);
    }
    return new Ledger(session, root, lake.access(), LedgerTables.exist(session));
  }

  /** Shows the ledger and the results to whoever queries the lake: a snapshot, the first time. */
  public static void show(Lake lake) {
    try (Session inLake = lake.session()) {
      LedgerTables.ensureViews(inLake);
    }
  }

  /** Whether what is found out can be kept. */
  public boolean isWritable() {
    return access == Access.WRITE;
  }

  boolean isPresent() {
    return present;
  }

  /** How the ledger names a file. */
  public String path(String key) {
    return key.startsWith(root + "/") ? key.substring(root.length() + 1) : key;
  }

  /** The same in SQL. */
  private String pathOf(String key) {
    String prefix = Sql.literal(root + "/");
    return "CASE WHEN starts_with(%1$s, %2$s) THEN substr(%1$s, length(%2$s) + 1) ELSE %1$s END"
        .formatted(key, prefix);
  }

  public Optional<LedgerEntry> find(String key) {
    if (!present) {
      return Optional.empty();
    }
    return session
        .queryFirst(
            "SELECT " + COLUMNS + " FROM " + LedgerTables.LEDGER + " l WHERE l.path = ?",
            row -> entry(row, 1),
            path(key))
        .flatMap(entry -> entry);
  }

  private static Optional<LedgerEntry> entry(ResultSet row, int first) throws SQLException {
    String trust = row.getString(first + 3);
    if (trust == null) {
      return Optional.empty();
    }
    return Optional.of(
        new LedgerEntry(
            row.getLong(first),
            Optional.ofNullable(row.getString(first + 1)),
            Optional.ofNullable(row.getString(first + 2)),
            LedgerEntry.Trust.of(trust),
            Objects.requireNonNull(time(row, first + 4)),
            Optional.ofNullable(time(row, first + 5))));
  }

  private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /**
   * A file whose bytes are to be read, in the order in which that is to be done.
   *
   * @param position counted from 1
   * @param sequence the file's number within the check
   */
  public record Due(long position, long sequence, Optional<LedgerEntry> known) {}

  /** What is to be read, in all. */
  public record Plan(long files, long bytes) {}

  /**
   * Plans which files are read: those that were compared longest ago first, and those that never
   * were before them.
   *
   * @param files the temporary table of the check's files
   * @param listing the temporary table of what the store lists, with times of modification
   * @param within leave out what was compared more recently than this, unless something is wrong
   *     with it or it was written since
   */
  public Plan plan(String files, String listing, Optional<Duration> within) {
    String entry =
        present
            ? LedgerTables.LEDGER
            : "(SELECT NULL::VARCHAR AS path, NULL::BIGINT AS size_bytes, NULL::VARCHAR AS sha256,"
                + " NULL::VARCHAR AS crc32c, NULL::VARCHAR AS recorded_by,"
                + " NULL::TIMESTAMPTZ AS recorded_at, NULL::TIMESTAMPTZ AS verified_at LIMIT 0)";
    session.execute(
        """
        CREATE OR REPLACE TEMP TABLE tarn_check_plan AS
        SELECT row_number() OVER (ORDER BY l.verified_at NULLS FIRST, f.sequence) AS position,
          f.sequence, f.size, %1$s
        FROM (FROM %2$s WHERE in_scope QUALIFY row_number() OVER (PARTITION BY key
            ORDER BY sequence) = 1) f
        LEFT JOIN %3$s l ON l.path = %4$s
        WHERE %5$s ORDER BY position"""
            .formatted(
                COLUMNS,
                files,
                entry,
                pathOf("f.key"),
                within
                    .map(
                        age ->
                            "l.verified_at IS NULL OR l.verified_at < now() - to_seconds("
                                + age.toSeconds()
                                + ") OR EXISTS (FROM "
                                + listing
                                + " s WHERE s.path = f.key AND s.modified > epoch_us(l.verified_at))"
                                + (present
                                    ? " OR f.key IN (SELECT path FROM "
                                        + LedgerTables.FINDINGS
                                        + " WHERE resolved_at IS NULL)"
                                    : ""))
                    .orElse("true")));
    return session
        .queryFirst(
            "SELECT count(*), coalesce(sum(size), 0)::BIGINT FROM temp.main.tarn_check_plan",
            row -> new Plan(row.getLong(1), row.getLong(2)))
        .orElseThrow();
  }

  public List<Due> due(long after, int limit) {
    return session.query(
        "SELECT position, sequence, "
            + COLUMNS.replace("l.", "")
            + " FROM temp.main.tarn_check_plan WHERE position > ? ORDER BY position LIMIT "
            + limit,
        row -> new Due(row.getLong(1), row.getLong(2), entry(row, 3)),
        after);
  }

  /**
   * A file whose bytes were read and are right.
   *
   * @param key its canonical path
   * @param seen what the ledger knows of it now
   */
  public record Verified(
      String key, FileKind kind, long fileId, long tableId, Digest digest, Seen seen) {}

  /** What a comparison was made with. */
  public enum Seen {
    /** The ledger had the digest, and it matched. */
    BEFORE,
    /** The ledger had nothing. */
    FIRST
  }

  /**
   * A content that is called by its digest; the catalog knows neither it nor its table by number.
   */
  public static Verified ofBlob(String key, Digest digest, Seen seen) {
    return new Verified(key, FileKind.BLOB, 0, 0, digest, seen);
  }

  /**
   * Which of some files beside the data are to be read, in that order: those that something is
   * wrong with, then those that never were compared or were longest ago.
   *
   * @param files a temporary table with their {@code path} and {@code modified} time in
   *     microseconds
   * @param within leave out what was compared more recently than this and not written since
   */
  public List<String> dueBeside(String files, Optional<Duration> within) {
    if (!present) {
      return session.query(
          "SELECT path FROM " + files + " ORDER BY path",
          row -> Objects.requireNonNull(row.getString(1)));
    }
    return session.query(
        """
        SELECT path FROM (
          SELECT f.path, l.verified_at AS verified, f.modified, f.path IN (SELECT path FROM %1$s
            WHERE resolved_at IS NULL AND path IS NOT NULL) AS open
          FROM %2$s f LEFT JOIN %3$s l ON l.path = f.path)
        WHERE open OR verified IS NULL OR modified > epoch_us(verified) OR %4$s
        ORDER BY open DESC, verified NULLS FIRST, path"""
            .formatted(
                LedgerTables.FINDINGS,
                files,
                LedgerTables.LEDGER,
                within
                    .map(age -> "verified < now() - to_seconds(" + age.toSeconds() + ")")
                    .orElse("true")),
        row -> Objects.requireNonNull(row.getString(1)));
  }

  /** Keeps what was read; in a lake opened for reading only there is nowhere to keep it. */
  public void record(List<Verified> files, Instant when) {
    if (!isWritable() || files.isEmpty()) {
      return;
    }
    session.execute(
        "CREATE OR REPLACE TEMP TABLE tarn_check_verified(path VARCHAR, file_kind VARCHAR,"
            + " file_id BIGINT, table_id BIGINT, size_bytes BIGINT, sha256 VARCHAR, crc32c VARCHAR,"
            + " first BOOLEAN)");
    try (DuckDBAppender appender =
        session.connection().createAppender("temp", "main", "tarn_check_verified")) {
      for (Verified file : files) {
        appender.beginRow();
        appender.append(path(file.key));
        appender.append(file.kind.text());
        if (file.kind == FileKind.BLOB) {
          appender.appendNull().appendNull();
        } else {
          appender.append(file.fileId).append(file.tableId);
        }
        appender.append(file.digest.size());
        appender.append(file.digest.sha256());
        appender.append(file.digest.crc32c());
        appender.append(file.seen == Seen.FIRST);
        appender.endRow();
      }
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
    OffsetDateTime at = when.atOffset(ZoneOffset.UTC);
    session.update(
        """
        UPDATE %s AS l SET verified_at = ?, sha256 = coalesce(l.sha256, v.sha256),
          crc32c = coalesce(l.crc32c, v.crc32c), file_id = v.file_id, table_id = v.table_id
        FROM temp.main.tarn_check_verified v WHERE l.path = v.path AND NOT v.first"""
            .formatted(LedgerTables.LEDGER),
        at);
    session.update(
        """
        INSERT INTO %1$s (path, file_kind, file_id, table_id, size_bytes, sha256, crc32c,
          recorded_at, recorded_by, verified_at)
        SELECT path, file_kind, file_id, table_id, size_bytes, sha256, crc32c, ?, 'first-sight', ?
        FROM temp.main.tarn_check_verified v
        WHERE first AND path NOT IN (SELECT path FROM %1$s)"""
            .formatted(LedgerTables.LEDGER),
        at,
        at);
  }

  /**
   * Records files as those who wrote them saw them. Only files that the catalog has by now are
   * recorded: what a transaction wrote and did not commit stays unknown.
   *
   * @param checksums by canonical path
   */
  public void recordWritten(Map<String, Checksum> checksums, Instant when) {
    if (!isWritable()) {
      return;
    }
    session.execute(
        "CREATE OR REPLACE TEMP TABLE tarn_written(path VARCHAR, name VARCHAR, size_bytes BIGINT,"
            + " crc32c VARCHAR)");
    try (DuckDBAppender appender =
        session.connection().createAppender("temp", "main", "tarn_written")) {
      for (Map.Entry<String, Checksum> file : checksums.entrySet()) {
        String path = path(file.getKey());
        appender.beginRow();
        appender.append(path);
        appender.append(path.substring(path.lastIndexOf('/') + 1));
        appender.append(file.getValue().size());
        appender.append(file.getValue().crc32c());
        appender.endRow();
      }
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
    session.update(
        """
        INSERT INTO %1$s (path, file_kind, file_id, table_id, size_bytes, crc32c, recorded_at,
          recorded_by)
        SELECT w.path, f.kind, f.file_id, f.table_id, w.size_bytes, w.crc32c, ?, 'write'
        FROM temp.main.tarn_written w JOIN (
          SELECT 'data' AS kind, data_file_id AS file_id, table_id, path, file_size_bytes
          FROM %2$s.ducklake_data_file
          WHERE data_file_id >= (SELECT max(next_file_id) FROM %2$s.ducklake_snapshot) - %3$d
          UNION ALL
          SELECT 'delete', delete_file_id, table_id, path, file_size_bytes
          FROM %2$s.ducklake_delete_file
          WHERE delete_file_id >= (SELECT max(next_file_id) FROM %2$s.ducklake_snapshot) - %3$d) f
          ON regexp_replace(f.path, '^.*/', '') = w.name AND f.file_size_bytes = w.size_bytes"""
            .formatted(LedgerTables.LEDGER, Lake.METADATA, RECENT + 2L * checksums.size()),
        when.atOffset(ZoneOffset.UTC));
  }

  /** Files that others may have committed between a commit and its record. */
  private static final int RECENT = 10_000;

  /**
   * How much of the lake has been compared, and when.
   *
   * @param oldest when the file that was compared longest ago was; empty while one never was
   * @param never files that never were
   */
  public record Coverage(
      long files,
      long written,
      long firstSight,
      long never,
      long neverBytes,
      Optional<Instant> oldest) {}

  /**
   * @param files the temporary table of the check's files
   */
  public Coverage coverage(String files) {
    if (!present) {
      return session
          .queryFirst(
              "SELECT count(*), coalesce(sum(size), 0)::BIGINT FROM " + files + " WHERE in_scope",
              row ->
                  new Coverage(
                      row.getLong(1), 0, 0, row.getLong(1), row.getLong(2), Optional.empty()))
          .orElseThrow();
    }
    return session
        .queryFirst(
            """
            SELECT count(*), count(*) FILTER (l.recorded_by = 'write'),
              count(*) FILTER (l.recorded_by = 'first-sight'),
              count(*) FILTER (l.verified_at IS NULL),
              coalesce(sum(f.size) FILTER (l.verified_at IS NULL), 0)::BIGINT, min(l.verified_at)
            FROM %s f LEFT JOIN %s l ON l.path = %s WHERE f.in_scope"""
                .formatted(files, LedgerTables.LEDGER, pathOf("f.key")),
            row ->
                new Coverage(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(4) > 0 ? Optional.empty() : Optional.ofNullable(time(row, 6))))
        .orElseThrow();
  }

  /** Other files that had the same bytes, as the ledger names them. */
  public List<String> sameBytes(String key) {
    if (!present) {
      return List.of();
    }
    return session.query(
        """
        SELECT DISTINCT o.path FROM %1$s l JOIN %1$s o
          ON o.sha256 = l.sha256 AND o.size_bytes = l.size_bytes AND o.path <> l.path
        WHERE l.path = ?"""
            .formatted(LedgerTables.LEDGER),
        row -> Objects.requireNonNull(row.getString(1)),
        path(key));
  }

  /** Which of some files the ledger has seen in the catalog before. */
  public List<String> committed(List<String> keys) {
    if (!present) {
      return List.of();
    }
    return keys.stream()
        .filter(
            key ->
                session
                    .queryFirst(
                        "SELECT 1 FROM "
                            + LedgerTables.LEDGER
                            + " WHERE path = ? AND file_id IS NOT NULL",
                        row -> row.getInt(1),
                        path(key))
                    .isPresent())
        .toList();
  }
}
