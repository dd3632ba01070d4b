package tarn.assets.check;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.TableName;

/**
 * Tries an asset's checks on its table, in the session's own transaction: so also on rows that are
 * not committed yet. Checks that aggregates answer share one scan of the table.
 */
public final class Checks {
  private Checks() {}

  /**
   * The results in the order of {@code checks}, whatever they found.
   *
   * @throws TarnException {@code asset.header-invalid} when a check names what is not there, {@code
   *     asset.query-invalid} when its query cannot run
   */
  public static List<CheckResult> run(
      Session session, AssetKey key, TableName name, List<Check> checks) {
    if (checks.isEmpty()) {
      return List.of();
    }
    CheckedTable table = CheckedTable.of(session, key, name);
    Instant now = Instant.now();
    List<Measure> measures = new ArrayList<>();
    for (Check check : checks) {
      measure(session, table, check, now).ifPresent(measures::add);
    }
    Map<Check, CheckResult> measured = measure(session, table, measures);
    List<CheckResult> results = new ArrayList<>();
    for (Check check : checks) {
      CheckResult known = measured.get(check);
      results.add(known == null ? probe(session, table, check) : known);
    }
    return results;
  }

  private static Optional<Measure> measure(
      Session session, CheckedTable table, Check check, Instant now) {
    return switch (check.rule()) {
      case Rule.NotNull rule -> Optional.of(Measures.notNull(table, check, rule));
      case Rule.AcceptedValues rule ->
          Optional.of(Measures.acceptedValues(session, table, check, rule));
      case Rule.RowCount rule -> Optional.of(Measures.rowCount(check, rule));
      case Rule.Freshness rule -> Optional.of(Measures.freshness(table, check, rule, now));
      case Rule.Unique _, Rule.Relationship _, Rule.Query _ -> Optional.empty();
    };
  }

  private static Map<Check, CheckResult> measure(
      Session session, CheckedTable table, List<Measure> measures) {
    if (measures.isEmpty()) {
      return Map.of();
    }
    List<String> aggregates =
        measures.stream().flatMap(measure -> measure.aggregates().stream()).toList();
    return session
        .queryFirst(
            "SELECT " + String.join(",\n  ", aggregates) + "\nFROM " + table.name().quoted(),
            row -> {
              Map<Check, CheckResult> results = new HashMap<>();
              int first = 1;
              for (Measure measure : measures) {
                results.put(measure.check(), measure.verdict().read(row, first));
                first += measure.aggregates().size();
              }
              return results;
            })
        .orElseThrow();
  }

  private static CheckResult probe(Session session, CheckedTable table, Check check) {
    return switch (check.rule()) {
      case Rule.Unique rule -> Probes.unique(session, table, check, rule);
      case Rule.Relationship rule ->
          named(table, check, () -> Probes.relationship(session, table, check, rule));
      case Rule.Query rule -> named(table, check, () -> Probes.query(session, check, rule));
      case Rule.NotNull _, Rule.AcceptedValues _, Rule.RowCount _, Rule.Freshness _ ->
          throw new IllegalStateException("measured already: " + check);
    };
  }

  /** What the engine says of a bad query says nothing of the check it came from. */
  private static CheckResult named(CheckedTable table, Check check, Supplier<CheckResult> probe) {
    try {
      return probe.get();
    } catch (TarnException e) {
      if (e.code() != ErrorCode.QUERY_INVALID) {
        throw e;
      }
      throw new TarnException(
          ErrorCode.ASSET_QUERY_INVALID,
          "Check `%s` of %s cannot run: %s".formatted(check.name(), table.key(), e.getMessage()),
          "Mend the check in the asset's header.",
          e);
    }
  }
}
