package tarn.assets.manifest;

import java.util.LinkedHashMap;
import java.util.Map;
import tarn.assets.Check;
import tarn.assets.Check.Rule;

/** Checks as the manifest shows them. */
final class ManifestChecks {
  private ManifestChecks() {}

  static Map<String, Object> check(Check check) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", check.name());
    values.put("severity", Manifest.spelled(check.severity()));
    switch (check.rule()) {
      case Rule.NotNull rule -> {
        values.put("type", "not_null");
        values.put("columns", rule.columns());
      }
      case Rule.Unique rule -> {
        values.put("type", "unique");
        values.put("columns", rule.columns());
      }
      case Rule.AcceptedValues rule -> {
        values.put("type", "accepted_values");
        values.put("column", rule.column());
        values.put("values", rule.values());
      }
      case Rule.Relationship rule -> {
        values.put("type", "relationship");
        values.put("column", rule.column());
        values.put("to", rule.to().segments());
        values.put("to_column", rule.toColumn());
      }
      case Rule.RowCount rule -> {
        values.put("type", "row_count");
        rule.minimum().ifPresent(minimum -> values.put("min", minimum));
        rule.maximum().ifPresent(maximum -> values.put("max", maximum));
      }
      case Rule.Freshness rule -> {
        values.put("type", "fresh");
        values.put("column", rule.column());
        values.put("within_seconds", rule.maximumAge().toSeconds());
      }
      case Rule.Query rule -> {
        values.put("type", "sql");
        values.put("sql", rule.sql());
      }
    }
    return values;
  }
}
