package tarn.files;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;

/** Reads what collections hold. */
final class CollectionReader {
  private CollectionReader() {}

  /**
   * @param patterns of paths, with {@code *} for any characters; none means all
   * @param snapshot of another moment than now
   */
  static List<ListedFile> files(
      Session session, TableName collection, List<String> patterns, OptionalLong snapshot) {
    String at = snapshot.isPresent() ? " AT (VERSION => " + snapshot.getAsLong() + ")" : "";
    return session.query(
        """
        SELECT path, file.uri, file."offset", file.length, file.size, file.sha256, file.media_type,
          file.etag, file."version", file.state, format, finding, added_at
        FROM %s%s WHERE %s ORDER BY path"""
            .formatted(collection.quoted(), at, matching(patterns)),
        CollectionReader::file);
  }

  static CollectionSummary summary(Session session, TableName collection) {
    return session
        .queryFirst(
            """
            SELECT count(*), coalesce(sum(file.size), 0)::BIGINT,
              count(*) FILTER (file.state = 'unreadable') FROM %s"""
                .formatted(collection.quoted()),
            row ->
                new CollectionSummary(collection, row.getLong(1), row.getLong(2), row.getLong(3)))
        .orElseThrow();
  }

  /** As a condition of SQL. */
  static String matching(List<String> patterns) {
    return patterns.isEmpty()
        ? "true"
        : "("
            + String.join(
                " OR ",
                patterns.stream()
                    .map(
                        each ->
                            "path = " + Sql.literal(each) + " OR path GLOB " + Sql.literal(each))
                    .toList())
            + ")";
  }

  private static ListedFile file(ResultSet row) throws SQLException {
    return new ListedFile(
        text(row.getString(1)),
        new FileReference(
            text(row.getString(2)),
            number(row, 3),
            number(row, 4),
            row.getLong(5),
            Optional.ofNullable(row.getString(6)),
            text(row.getString(7)),
            Optional.ofNullable(row.getString(8)),
            Optional.ofNullable(row.getString(9)),
            FileState.of(text(row.getString(10)))),
        Optional.ofNullable(row.getString(11)),
        Optional.ofNullable(row.getString(12)),
        Objects.requireNonNull(row.getObject(13, OffsetDateTime.class)).toInstant());
  }

  private static Optional<Long> number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNull(value);
  }
}
