package tarn.assets.io;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tarn.assets.Check;
import tarn.assets.SchemaChange;
import tarn.assets.WriteMode;
import tarn.assets.io.WritePlan.UnchangedPolicy;

/** Write plans that differ from the plain one in one thing. */
final class Plans {
  static final WriteMode REPLACE = new WriteMode.Replace();
  static final WriteMode APPEND = new WriteMode.Append();

  private Plans() {}

  static WritePlan of(WriteMode mode) {
    return plan(mode, List.of(), Set.of(), List.of(), UnchangedPolicy.SKIP, "1", Map.of());
  }

  static WritePlan merge(WriteMode.Unmatched unmatched, String... keys) {
    return of(new WriteMode.Merge(List.of(keys), unmatched));
  }

  static WritePlan overwrite(String... columns) {
    return of(new WriteMode.OverwritePartitions(List.of(columns)));
  }

  static WritePlan partitioned(WriteMode mode, String... expressions) {
    return plan(
        mode, List.of(expressions), Set.of(), List.of(), UnchangedPolicy.SKIP, "1", Map.of());
  }

  static WritePlan allowing(WriteMode mode, SchemaChange... changes) {
    return plan(mode, List.of(), Set.of(changes), List.of(), UnchangedPolicy.SKIP, "1", Map.of());
  }

  static WritePlan checked(Check... checks) {
    return plan(REPLACE, List.of(), Set.of(), List.of(checks), UnchangedPolicy.SKIP, "1", Map.of());
  }

  static WritePlan always(WriteMode mode) {
    return plan(mode, List.of(), Set.of(), List.of(), UnchangedPolicy.ALWAYS_WRITE, "1", Map.of());
  }

  static WritePlan made(String codeVersion, Map<String, String> inputs) {
    return plan(REPLACE, List.of(), Set.of(), List.of(), UnchangedPolicy.SKIP, codeVersion, inputs);
  }

  static WritePlan described(String description, Map<String, String> columns) {
    return new WritePlan(
        REPLACE,
        List.of(),
        Set.of(),
        List.of(),
        UnchangedPolicy.SKIP,
        "1",
        Map.of(),
        description,
        columns);
  }

  private static WritePlan plan(
      WriteMode mode,
      List<String> partitionedBy,
      Set<SchemaChange> allowed,
      List<Check> checks,
      UnchangedPolicy unchanged,
      String codeVersion,
      Map<String, String> inputs) {
    return new WritePlan(
        mode, partitionedBy, allowed, checks, unchanged, codeVersion, inputs, "", Map.of());
  }
}
