package tarn.assets.landing;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.assets.landing.LandingSource.Column;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * Finds the types of text columns by looking at every value. A type is taken only when no value
 * loses anything by it: {@code 007} and {@code +49301234567} stay text, and so do a date that can
 * be read in two ways and codes such as {@code 250.0} beside {@code 250.00}.
 */
final class TypeFinder {
  private static final String NUMBER = "-?(0|[1-9][0-9]*)";
  private static final String EXPONENT = "([eE][+-]?[0-9]+)?";

  /** Up to 15 digits come back from a DOUBLE as they were, and more of them when it wrote them. */
  private static final String EXACT =
      " AND isfinite(TRY_CAST(v AS DOUBLE)) AND (CAST(TRY_CAST(v AS DOUBLE) AS VARCHAR) = v"
          + " OR length(regexp_replace(v, '[eE].*|[^0-9]', '', 'g')) <= 15)";

  /**
   * A type that a column may have.
   *
   * @param condition for each value {@code v}
   * @param common for all of them together
   */
  private record Candidate(String type, String condition, String common) {
    Candidate(String type, String condition) {
      this(type, condition, "true");
    }

    String holds() {
      return "bool_and(" + condition + ") AND " + common;
    }
  }

  private final List<Candidate> candidates;

  TypeFinder(StrictCast casts) {
    candidates =
        List.of(
            new Candidate("BIGINT", matches("0|-?[1-9][0-9]{0,17}")),
            // Three ways to write fractions in which a zero at the end means nothing.
            new Candidate("DOUBLE", matches(NUMBER + "([.][0-9]*[1-9])?" + EXPONENT) + EXACT),
            new Candidate("DOUBLE", matches(NUMBER + "[.](0|[0-9]*[1-9])" + EXPONENT) + EXACT),
            new Candidate(
                "DOUBLE",
                matches(NUMBER + "[.][0-9]+") + EXACT,
                "min(length(v) - strpos(v, '.')) = max(length(v) - strpos(v, '.'))"),
            new Candidate("BOOLEAN", "lower(v) IN ('true', 'false')"),
            new Candidate("DATE", "length(v) = 10 AND " + present(casts, "DATE")),
            new Candidate("TIMESTAMP", "length(v) > 10 AND " + present(casts, "TIMESTAMP")));
  }

  private static String matches(String pattern) {
    return "regexp_full_match(v, " + Sql.literal(pattern) + ")";
  }

  private static String present(StrictCast casts, String type) {
    return "(" + casts.of("v", type) + ") IS NOT NULL";
  }

  /**
   * Columns without a value are text.
   *
   * @param texts a SELECT in which the named columns are text
   */
  List<Column> find(Session session, List<String> names, String texts) {
    // As rows, because the engine takes minutes to plan aggregates over thousands of columns.
    String query =
        "SELECT position, %s FROM (SELECT unnest([%s]) AS v, unnest(range(%d)) AS position FROM (%s)) WHERE v IS NOT NULL GROUP BY position"
            .formatted(
                candidates.stream().map(Candidate::holds).collect(Collectors.joining(", ")),
                Sql.identifiers(names),
                names.size(),
                texts);
    Map<Integer, String> types = new HashMap<>();
    session
        .query(query, row -> Map.entry(row.getInt(1), type(row)))
        .forEach(found -> types.put(found.getKey(), found.getValue()));
    return IntStream.range(0, names.size())
        .mapToObj(index -> new Column(names.get(index), types.getOrDefault(index, "VARCHAR")))
        .toList();
  }

  private String type(ResultSet row) throws SQLException {
    for (int index = 0; index < candidates.size(); index++) {
      if (row.getBoolean(index + 2)) {
        return candidates.get(index).type;
      }
    }
    return "VARCHAR";
  }
}
