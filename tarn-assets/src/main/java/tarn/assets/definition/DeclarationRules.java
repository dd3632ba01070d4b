package tarn.assets.definition;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.assets.AssetSpec;
import tarn.assets.Check;
import tarn.assets.WriteMode;

/** What texts a declaration may hold, in a file or in code. */
final class DeclarationRules {
  // Dagster's own rules, so that a station can be shown there as it is.
  static final Pattern TAG_KEY = Pattern.compile("([A-Za-z0-9_.-]{1,63}/)?[A-Za-z0-9_.-]{1,63}");
  static final Pattern TAG_VALUE = Pattern.compile("[A-Za-z0-9_.-]{0,63}");
  static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_]+");
  static final Pattern OWNER = Pattern.compile("team:[^\\s,]+|[^\\s@:,]+@[^\\s@,]+");

  static final Pattern PARTITION =
      Pattern.compile(
          "(?:(?:year|month|day|hour)\\(\\s*(?<transformed>[^()]+?)\\s*\\)"
              + "|bucket\\(\\s*\\d+\\s*,\\s*(?<bucketed>[^()]+?)\\s*\\)"
              + "|(?<plain>[^()]+))",
          Pattern.CASE_INSENSITIVE);

  private DeclarationRules() {}

  /** The column that a partition expression is made of, when it is the column itself. */
  static Optional<String> plainColumn(String expression) {
    Matcher matcher = PARTITION.matcher(expression);
    return matcher.matches() ? Optional.ofNullable(matcher.group("plain")) : Optional.empty();
  }

  /** What is wrong with a spec that code made, as the rest of a sentence. */
  static Optional<String> firstProblem(AssetSpec spec) {
    return firstUnfit("the group", spec.group().stream().toList(), GROUP)
        .or(() -> firstUnfit("the owner", spec.owners(), OWNER))
        .or(() -> firstUnfit("the tag", spec.tags().keySet(), TAG_KEY))
        .or(() -> firstUnfit("the tag's value", spec.tags().values(), TAG_VALUE))
        .or(() -> firstUnfit("the kind", spec.kinds(), TAG_VALUE))
        .or(() -> firstUnfit("the partition expression", spec.partitionedBy(), PARTITION))
        .or(() -> modeProblem(spec.mode()))
        .or(() -> repeatedCheck(spec.checks()))
        .or(
            () ->
                spec.freshness()
                    .filter(span -> !span.isPositive())
                    .map(_ -> "has a freshness of nothing."));
  }

  private static Optional<String> firstUnfit(String what, Iterable<String> texts, Pattern pattern) {
    for (String text : texts) {
      if (!pattern.matcher(text).matches()) {
        return Optional.of("has %s `%s`, which cannot be one.".formatted(what, text));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> modeProblem(WriteMode mode) {
    return switch (mode) {
      case WriteMode.Replace(), WriteMode.Append() -> Optional.empty();
      case WriteMode.Merge(List<String> keys, var _) ->
          keys.isEmpty() ? Optional.of("is merged, but by no keys.") : Optional.empty();
      case WriteMode.OverwritePartitions(List<String> columns) ->
          columns.isEmpty() || columns.stream().anyMatch(column -> plainColumn(column).isEmpty())
              ? Optional.of("overwrites partitions, but not by columns.")
              : Optional.empty();
    };
  }

  private static Optional<String> repeatedCheck(List<Check> checks) {
    Set<String> names = new HashSet<>();
    return checks.stream()
        .map(Check::name)
        .filter(name -> !names.add(name))
        .findFirst()
        .map(name -> "has two checks with the name `" + name + "`.");
  }
}
