package tarn.lake;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads the lake's history. */
public final class Snapshots {
  private static final String COLUMNS =
      "SELECT snapshot_id, snapshot_time, schema_version, changes::VARCHAR, author, commit_message,"
          + " commit_extra_info FROM ducklake_snapshots('"
          + Lake.NAME
          + "')";

  private Snapshots() {}

  /** The newest first. */
  public static List<Snapshot> newest(Session session, int limit) {
    return session.query(COLUMNS + " ORDER BY snapshot_id DESC LIMIT " + limit, Snapshots::read);
  }

  public static Optional<Snapshot> byId(Session session, long id) {
    return session.queryFirst(COLUMNS + " WHERE snapshot_id = ?", Snapshots::read, id);
  }

  /** The one that the session's transaction reads, which is the newest outside of one. */
  public static long current(Session session) {
    return session
        .queryFirst(
            "FROM ducklake_current_snapshot(" + Sql.literal(Lake.NAME) + ")", row -> row.getLong(1))
        .orElseThrow();
  }

  /** The newest snapshot after {@code base} that bears this extra info. */
  static Optional<Long> since(Session session, long base, String extraInfo) {
    return session.queryFirst(
        "SELECT snapshot_id FROM "
            + Lake.METADATA
            + ".ducklake_snapshot_changes WHERE snapshot_id > ? AND commit_extra_info = ?"
            + " ORDER BY snapshot_id DESC",
        row -> row.getLong(1),
        base,
        extraInfo);
  }

  private static Snapshot read(ResultSet row) throws SQLException {
    return new Snapshot(
        row.getLong(1),
        Objects.requireNonNull(row.getObject(2, OffsetDateTime.class)).toInstant(),
        row.getLong(3),
        Objects.requireNonNullElse(row.getString(4), ""),
        row.getString(5),
        row.getString(6),
        row.getString(7));
  }
}
