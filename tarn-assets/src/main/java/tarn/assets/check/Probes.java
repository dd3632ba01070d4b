package tarn.assets.check;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Checks that need a query of their own. */
final class Probes {
  private Probes() {}

  /** Rows with a null among the columns are left to {@code not_null}, as SQL's own UNIQUE does. */
  static CheckResult unique(Session session, CheckedTable table, Check check, Rule.Unique rule) {
    rule.columns().forEach(column -> table.type(check, column));
    String columns = Sql.identifiers(rule.columns());
    String present =
        rule.columns().stream()
            .map(column -> Sql.identifier(column) + " IS NOT NULL")
            .collect(Collectors.joining(" AND "));
    String shown =
        rule.columns().stream()
            .map(
                column ->
                    Sql.literal(column + " = ") + " || " + Sql.identifier(column) + "::VARCHAR")
            .collect(Collectors.joining(" || ', ' || "));
    return offending(
        session,
        check,
        """
        SELECT coalesce(sum(_tarn_rows), 0)::BIGINT,
          min(%s || ' (' || _tarn_rows || ' rows)')
        FROM (SELECT %s, count(*) AS _tarn_rows FROM %s WHERE %s
          GROUP BY %s HAVING count(*) > 1)"""
            .formatted(shown, columns, table.name().quoted(), present, columns),
        "no duplicates");
  }

  static CheckResult relationship(
      Session session, CheckedTable table, Check check, Rule.Relationship rule) {
    table.type(check, rule.column());
    String column = Sql.identifier(rule.column());
    return offending(
        session,
        check,
        """
        SELECT count(*), min('%s = ' || t.%s::VARCHAR) FROM %s AS t
        WHERE t.%s IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM %s AS r WHERE r.%s = t.%s)"""
            .formatted(
                rule.column().replace("'", "''"),
                column,
                table.name().quoted(),
                column,
                rule.to().table().quoted(),
                Sql.identifier(rule.toColumn()),
                column),
        String.format(Locale.ROOT, "all found in %s", rule.to()));
  }

  static CheckResult query(Session session, Check check, Rule.Query rule) {
    return offending(
        session,
        check,
        "SELECT count(*), any_value(_tarn_offending::VARCHAR) FROM (\n"
            + rule.sql()
            + "\n) AS _tarn_offending",
        "no rows");
  }

  private static CheckResult offending(Session session, Check check, String query, String fine) {
    return session
        .queryFirst(
            query,
            row -> {
              long count = row.getLong(1);
              String example = Objects.requireNonNullElse(row.getString(2), "");
              return CheckResult.of(
                  check, count, count == 0 ? fine : "such as " + shortened(example));
            })
        .orElseThrow();
  }

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 299) + "…";
  }
}
