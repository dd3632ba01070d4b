package tarn.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tarn.lake.Lake;
import tarn.lake.Session;

/** What snapshots changed, with the tables' names where the catalog keeps their numbers. */
final class Changes {
  /** One entry of {@code {tables_created=[omop.person], tables_inserted_into=[4, 5]}}. */
  private static final Pattern ENTRY = Pattern.compile("(\\w+)=\\[([^\\]]*)\\]");

  private static final String OWN = "_tarn";

  private final Map<String, String> tables;

  private Changes(Map<String, String> tables) {
    this.tables = tables;
  }

  static Changes of(Session session) {
    Map<String, String> tables = new HashMap<>();
    session
        .query(
            "SELECT table_id, schema_name || '.' || table_name FROM %1$s.ducklake_table t JOIN"
                    .formatted(Lake.METADATA)
                + " %1$s.ducklake_schema s USING (schema_id) ORDER BY t.begin_snapshot"
                    .formatted(Lake.METADATA),
            row -> Map.entry(row.getString(1), row.getString(2)))
        .forEach(entry -> tables.put(entry.getKey(), entry.getValue()));
    return new Changes(tables);
  }

  /** {@code inserted into: omop.person}; Tarn's own records go without saying. */
  String words(String changes) {
    return fields(changes).entrySet().stream()
        .map(
            entry ->
                Map.entry(
                    entry.getKey().replaceFirst("^tables_", "").replace('_', ' '),
                    entry.getValue().stream().filter(name -> !name.startsWith(OWN)).toList()))
        .filter(entry -> !entry.getValue().isEmpty())
        .map(entry -> entry.getKey() + ": " + String.join(", ", entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  /** By kind of change, what was changed. */
  Map<String, List<String>> fields(String changes) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    Matcher entry = ENTRY.matcher(changes);
    while (entry.find()) {
      List<String> names = new ArrayList<>();
      for (String name : entry.group(2).split(", ", -1)) {
        names.add(tables.getOrDefault(name, name));
      }
      fields.put(entry.group(1), names);
    }
    return fields;
  }
}
