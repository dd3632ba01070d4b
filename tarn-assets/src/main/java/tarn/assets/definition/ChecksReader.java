package tarn.assets.definition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.assets.Check.Severity;
import tarn.base.TarnException;

/** Reads the list {@code checks}. */
final class ChecksReader {
  private static final List<String> KNOWN = DeclarationKey.names(DeclarationKey.CHECK);
  private static final Set<String> NO_RULES = Set.of("name", "severity");

  private ChecksReader() {}

  static List<Check> read(TableReader declaration) {
    List<Check> checks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (TableReader table : tables(declaration)) {
      declaration
          .attempt(Optional.<Check>empty(), () -> Optional.of(read(table, names)))
          .ifPresent(checks::add);
    }
    return List.copyOf(checks);
  }

  /** The queries among the checks that were read, each at its place in the file. */
  static List<QueryText> queries(String file, TableReader declaration, List<Check> checks) {
    List<QueryText> queries = new ArrayList<>();
    for (TableReader table : checks.isEmpty() ? List.<TableReader>of() : tables(declaration)) {
      for (Check check : checks) {
        if (check.rule() instanceof Rule.Query(String sql) && table.holds("sql", sql)) {
          queries.add(new QueryText(file, sql, table.line("sql"), 0));
          break;
        }
      }
    }
    return queries;
  }

  private static List<TableReader> tables(TableReader declaration) {
    return declaration.attempt(List.of(), () -> declaration.tables("checks"));
  }

  private static Check read(TableReader table, Set<String> names) {
    Check check = check(table);
    if (!names.add(check.name())) {
      throw table.error(
          ruleKey(table),
          "makes a second check with the name `" + check.name() + "`.",
          "Give one of them a `name` of its own.");
    }
    return check;
  }

  private static Check check(TableReader table) {
    table.only(KNOWN);
    String key = ruleKey(table);
    Rule rule = rule(table, key);
    String name = table.text("name").orElseGet(() -> nameOf(rule, table));
    return new Check(
        name, rule, table.choice("severity", Severity.class).orElse(Severity.BLOCKING));
  }

  private static String ruleKey(TableReader table) {
    List<String> rules = table.keys().stream().filter(key -> !NO_RULES.contains(key)).toList();
    if (rules.size() == 1) {
      return rules.getFirst();
    }
    List<String> possible = KNOWN.stream().filter(key -> !NO_RULES.contains(key)).toList();
    if (rules.isEmpty()) {
      throw table.missing(String.join("` or `", possible), "{ not_null = [\"person_id\"] }");
    }
    throw table.error(
        rules.get(1), "is a second rule in one check.", "Write a table of its own for each rule.");
  }

  private static Rule rule(TableReader table, String key) {
    return switch (key) {
      case "not_null" -> new Rule.NotNull(columns(table, key));
      case "unique" -> new Rule.Unique(columns(table, key));
      case "accepted_values" -> acceptedValues(parameters(table, key, "column", "values"));
      case "relationship" -> relationship(parameters(table, key, "column", "to", "to_column"));
      case "row_count" -> rowCount(table, parameters(table, key, "min", "max"));
      case "fresh" -> fresh(parameters(table, key, "column", "within"));
      case "sql" -> new Rule.Query(table.requiredText(key, "sql = \"SELECT …\""));
      default -> throw new IllegalStateException("no reader for the check " + key);
    };
  }

  private static List<String> columns(TableReader table, String key) {
    List<String> columns = table.texts(key);
    if (columns.isEmpty()) {
      throw table.error(key, "names no column.", "Write `" + key + " = [\"person_id\"]`.");
    }
    return columns;
  }

  private static TableReader parameters(TableReader table, String key, String... names) {
    TableReader parameters =
        table
            .table(key)
            .orElseThrow(() -> new IllegalStateException("the key was there before: " + key));
    parameters.only(List.of(names));
    return parameters;
  }

  private static Rule acceptedValues(TableReader table) {
    String column = table.requiredText("column", "column = \"gender\"");
    if (!table.has("values")) {
      throw table.missing("values", "values = [\"M\", \"F\"]");
    }
    return new Rule.AcceptedValues(column, table.scalarTexts("values"));
  }

  private static Rule relationship(TableReader table) {
    String column = table.requiredText("column", "column = \"location_id\"");
    String to = table.requiredText("to", "to = \"omop/location\"");
    try {
      return new Rule.Relationship(
          column, AssetKey.parse(to), table.text("to_column").orElse(column));
    } catch (TarnException e) {
      throw table.error("to", "is `" + to + "`, no asset key.", e.remedy());
    }
  }

  private static Rule rowCount(TableReader table, TableReader bounds) {
    OptionalLong minimum = optional(bounds, "min");
    OptionalLong maximum = optional(bounds, "max");
    if (minimum.isEmpty() && maximum.isEmpty()) {
      throw table.error("row_count", "has no bound.", "Write `row_count = { min = 1 }`.");
    }
    if (minimum.orElse(0) > maximum.orElse(Long.MAX_VALUE)) {
      throw bounds.error("min", "is more than `max`.", "Swap them.");
    }
    return new Rule.RowCount(minimum, maximum);
  }

  private static OptionalLong optional(TableReader table, String key) {
    return table.wholeNumber(key).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private static Rule fresh(TableReader table) {
    return new Rule.Freshness(
        table.requiredText("column", "column = \"visit_date\""),
        table.duration("within").orElseThrow(() -> table.missing("within", "within = \"30d\"")));
  }

  private static String nameOf(Rule rule, TableReader table) {
    return switch (rule) {
      case Rule.NotNull(List<String> columns) -> "not_null_" + String.join("_", columns);
      case Rule.Unique(List<String> columns) -> "unique_" + String.join("_", columns);
      case Rule.AcceptedValues accepted -> "accepted_values_" + accepted.column();
      case Rule.Relationship relationship -> "relationship_" + relationship.column();
      case Rule.RowCount _ -> "row_count";
      case Rule.Freshness freshness -> "fresh_" + freshness.column();
      case Rule.Query _ -> throw table.missing("name", "name = \"no_future_births\"");
    };
  }
}
