package tarn.assets.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Turns rules into aggregates. */
final class Measures {
  private Measures() {}

  static Measure notNull(CheckedTable table, Check check, Rule.NotNull rule) {
    List<String> columns = rule.columns();
    columns.forEach(column -> table.type(check, column));
    String anyNull =
        columns.stream()
            .map(column -> Sql.identifier(column) + " IS NULL")
            .collect(Collectors.joining(" OR "));
    List<String> aggregates = new ArrayList<>();
    aggregates.add("count(*) FILTER (WHERE " + anyNull + ")");
    columns.forEach(
        column -> aggregates.add("count(*) FILTER (WHERE " + Sql.identifier(column) + " IS NULL)"));
    return new Measure(
        check,
        aggregates,
        (row, first) -> {
          List<String> found = new ArrayList<>();
          for (int column = 0; column < columns.size(); column++) {
            long nulls = row.getLong(first + 1 + column);
            if (nulls > 0) {
              found.add(
                  "`%s` is null in %s rows".formatted(columns.get(column), Human.count(nulls)));
            }
          }
          return CheckResult.of(
              check, row.getLong(first), found.isEmpty() ? "no nulls" : String.join(", ", found));
        });
  }

  static Measure acceptedValues(
      Session session, CheckedTable table, Check check, Rule.AcceptedValues rule) {
    String type = table.type(check, rule.column());
    String column = Sql.identifier(rule.column());
    for (String value : rule.values()) {
      requireOfType(session, table, check, type, value);
    }
    String accepted =
        rule.values().isEmpty()
            ? "false"
            : rule.values().stream()
                .map(value -> "CAST(" + Sql.literal(value) + " AS " + type + ")")
                .collect(Collectors.joining(", ", column + " IN (", ")"));
    String offends = "FILTER (WHERE " + column + " IS NOT NULL AND NOT (" + accepted + "))";
    return new Measure(
        check,
        List.of(
            "count(*) " + offends,
            "min(" + column + "::VARCHAR) " + offends,
            "max(" + column + "::VARCHAR) " + offends),
        (row, first) -> {
          String least = row.getString(first + 1);
          String greatest = row.getString(first + 2);
          String detail =
              least == null
                  ? "all values accepted"
                  : least.equals(greatest)
                      ? "`%s` holds '%s'".formatted(rule.column(), least)
                      : "`%s` holds '%s' … '%s'".formatted(rule.column(), least, greatest);
          return CheckResult.of(check, row.getLong(first), detail);
        });
  }

  private static void requireOfType(
      Session session, CheckedTable table, Check check, String type, String value) {
    boolean isOne =
        session
            .queryFirst(
                "SELECT TRY_CAST(? AS " + type + ") IS NOT NULL", row -> row.getBoolean(1), value)
            .orElseThrow();
    if (!isOne) {
      throw new TarnException(
          ErrorCode.ASSET_HEADER_INVALID,
          "Check `%s` of %s accepts '%s', which is no %s."
              .formatted(check.name(), table.key(), value, type),
          "Write the values as the column's type has them.");
    }
  }

  static Measure rowCount(Check check, Rule.RowCount rule) {
    return new Measure(
        check,
        List.of("count(*)"),
        (row, first) -> {
          long rows = row.getLong(first);
          long missing = Math.max(0, rule.minimum().orElse(rows) - rows);
          long surplus = Math.max(0, rows - rule.maximum().orElse(rows));
          return CheckResult.of(
              check,
              missing + surplus,
              Human.count(rows) + " rows" + bounds(rule.minimum(), rule.maximum()));
        });
  }

  private static String bounds(OptionalLong minimum, OptionalLong maximum) {
    List<String> bounds = new ArrayList<>();
    minimum.ifPresent(rows -> bounds.add("at least " + Human.count(rows)));
    maximum.ifPresent(rows -> bounds.add("at most " + Human.count(rows)));
    return bounds.isEmpty() ? "" : " (wanted: " + String.join(", ", bounds) + ")";
  }

  static Measure freshness(CheckedTable table, Check check, Rule.Freshness rule, Instant now) {
    String column = "max(" + Sql.identifier(rule.column()) + ")";
    String type = table.type(check, rule.column()).toUpperCase(Locale.ROOT);
    String newest =
        switch (type) {
          // A day is as old as its end: what is dated today is fresh all day long.
          case "DATE" -> column + "::TIMESTAMP + INTERVAL 1 DAY";
          case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> column + "::TIMESTAMP";
          case "TIMESTAMP WITH TIME ZONE" -> column;
          default ->
              throw new TarnException(
                  ErrorCode.ASSET_HEADER_INVALID,
                  "Check `%s` of %s asks how fresh column `%s` of type %s is."
                      .formatted(check.name(), table.key(), rule.column(), type),
                  "Name a column of type DATE or TIMESTAMP.");
        };
    String epoch = "epoch((%s)::TIMESTAMPTZ)".formatted(newest);
    return new Measure(
        check,
        List.of(
            "CASE WHEN isfinite(%s) THEN %s END".formatted(column, epoch), column + "::VARCHAR"),
        (row, first) -> {
          double seconds = row.getDouble(first);
          boolean known = !row.wasNull();
          String value = row.getString(first + 1);
          if (!known) {
            return CheckResult.of(
                check,
                1,
                value == null
                    ? "`" + rule.column() + "` holds no value"
                    : "the newest `" + rule.column() + "` is " + value);
          }
          Duration age = Duration.ofMillis(now.toEpochMilli() - (long) (seconds * 1000));
          return CheckResult.of(
              check,
              age.compareTo(rule.maximumAge()) > 0 ? 1 : 0,
              "the newest `%s` is %s (wanted: within %s)"
                  .formatted(rule.column(), value, Human.duration(rule.maximumAge())));
        });
  }
}
