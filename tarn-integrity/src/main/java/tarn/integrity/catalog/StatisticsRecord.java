package tarn.integrity.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.lake.Session;

/** What the catalog says of one column of one file. */
public record StatisticsRecord(
    long column,
    Optional<Long> bytes,
    Optional<Long> values,
    Optional<Long> nulls,
    Optional<String> lowest,
    Optional<String> highest) {

  private record Row(long sequence, StatisticsRecord statistics) {}

  /** The statistics of a page of files, by the file's number within the check. */
  public static Map<Long, List<StatisticsRecord>> between(Session session, long first, long last) {
    Map<Long, List<StatisticsRecord>> byFile = new HashMap<>();
    for (Row row :
        session.query(
            "SELECT sequence, column_id, column_size_bytes, value_count, null_count, min_value,"
                + " max_value FROM "
                + Workspace.STATISTICS
                + " WHERE sequence BETWEEN ? AND ?",
            StatisticsRecord::read,
            first,
            last)) {
      byFile.computeIfAbsent(row.sequence, _ -> new ArrayList<>()).add(row.statistics);
    }
    return byFile;
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        row.getLong(1),
        new StatisticsRecord(
            row.getLong(2),
            number(row, 3),
            number(row, 4),
            number(row, 5),
            Optional.ofNullable(row.getString(6)),
            Optional.ofNullable(row.getString(7))));
  }

  private static Optional<Long> number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }
}
