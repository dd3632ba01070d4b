package tarn.assets.landing;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tarn.assets.landing.LandingSource.Column;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * Finds the types of text columns by looking at every value. A type is taken only when no value
 * loses anything by it: {@code 007} and {@code +49301234567} stay text, and so does a date that can
 * be read in two ways.
 */
final class TypeFinder {
  private record Candidate(String type, String condition) {}

  private final List<Candidate> candidates;

  TypeFinder(StrictCast casts) {
    candidates =
        List.of(
            new Candidate("BIGINT", "regexp_full_match(%s, '-?(0|[1-9][0-9]{0,17})')"),
            // Up to 15 digits come back from a DOUBLE as they were.
            new Candidate(
                "DOUBLE",
                "regexp_full_match(%1$s, '-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?')"
                    + " AND length(regexp_replace(%1$s, '[eE].*|[^0-9]', '', 'g')) <= 15"
                    + " AND isfinite(TRY_CAST(%1$s AS DOUBLE))"),
            new Candidate("BOOLEAN", "lower(%s) IN ('true', 'false')"),
            new Candidate("DATE", "(length(%1$s) = 10 AND " + present(casts, "DATE") + ")"),
            new Candidate(
                "TIMESTAMP", "(length(%1$s) > 10 AND " + present(casts, "TIMESTAMP") + ")"));
  }

  private static String present(StrictCast casts, String type) {
    return "(" + casts.of("%1$s", type) + ") IS NOT NULL";
  }

  /**
   * @param texts a SELECT in which the named columns are text
   */
  List<Column> find(Session session, List<String> names, String texts) {
    String counts =
        names.stream().map(Sql::identifier).map(this::counts).collect(Collectors.joining(", "));
    return session
        .queryFirst("SELECT " + counts + " FROM (" + texts + ")", row -> types(row, names))
        .orElseThrow();
  }

  private String counts(String text) {
    return candidates.stream()
        .map(candidate -> "count(*) FILTER (WHERE " + condition(candidate, text) + ")")
        .collect(Collectors.joining(", ", "count(" + text + "), ", ""));
  }

  private static String condition(Candidate candidate, String text) {
    return candidate.condition.replace("%1$s", text).replace("%s", text);
  }

  private List<Column> types(ResultSet row, List<String> names) throws SQLException {
    List<Column> columns = new ArrayList<>();
    int at = 1;
    for (String name : names) {
      long values = row.getLong(at++);
      String type = "VARCHAR";
      for (Candidate candidate : candidates) {
        boolean all = row.getLong(at++) == values;
        if (all && values > 0 && type.equals("VARCHAR")) {
          type = candidate.type;
        }
      }
      columns.add(new Column(name, type));
    }
    return columns;
  }
}
