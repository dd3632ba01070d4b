package tarn.dagster.reconcile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of Dagster's partitions a partition of a table's files is. */
final class PartitionNames {
  private PartitionNames() {}

  /**
   * @param name as a check names it: {@code region=north}, or {@code day=2026, day=5, day=4} of a
   *     column that is divided by year, month and day
   * @param known Dagster's keys
   * @return nothing when none of the known keys can be meant
   */
  static Optional<String> keyOf(String name, List<String> known) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String part : name.split(", ", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        return Optional.empty();
      }
      values
          .computeIfAbsent(part.substring(0, equals), _ -> new ArrayList<>())
          .add(part.substring(equals + 1));
    }
    Set<String> candidates = new LinkedHashSet<>();
    permute(
        values.values().stream()
            .map(each -> each.size() == 1 ? each.getFirst() : moment(each))
            .toList(),
        List.of(),
        candidates);
    return known.stream().filter(key -> matches(key, candidates)).findFirst();
  }

  /** A month's key is its first day. */
  private static boolean matches(String key, Set<String> candidates) {
    return candidates.contains(key)
        || (key.endsWith("-01") && candidates.contains(key.substring(0, key.length() - 3)));
  }

  /** Year, month, day and hour, as many as there are, as Dagster's keys have them. */
  private static String moment(List<String> units) {
    StringBuilder text = new StringBuilder(units.getFirst());
    for (String unit : units.subList(1, units.size())) {
      text.append('-').append(unit.length() == 1 ? "0" + unit : unit);
    }
    return units.size() == 4 ? text + ":00" : text.toString();
  }

  /**
   * Dagster joins the keys of several dimensions by a bar, in the order of the dimensions' names.
   */
  private static void permute(List<String> left, List<String> taken, Set<String> into) {
    if (left.isEmpty()) {
      into.add(String.join("|", taken));
      return;
    }
    for (int index = 0; index < left.size(); index++) {
      List<String> rest = new ArrayList<>(left);
      List<String> more = new ArrayList<>(taken);
      more.add(rest.remove(index));
      permute(rest, more, into);
    }
  }
}
