package tarn.assets.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tarn.assets.AssetKey;
import tarn.assets.graph.AssetGraph;

/**
 * Which assets may start when: an asset waits for all selected ones that it is made from, also by
 * way of assets that are not selected.
 */
final class Schedule {
  private final List<AssetKey> order;
  private final Map<AssetKey, SortedSet<AssetKey>> predecessors = new HashMap<>();
  private final Map<AssetKey, SortedSet<AssetKey>> successors = new HashMap<>();
  private final Map<AssetKey, Integer> waitingFor = new HashMap<>();
  private final TreeMap<Integer, AssetKey> ready = new TreeMap<>();
  private final Map<AssetKey, Integer> positions = new LinkedHashMap<>();

  /** The failures that an asset has met so far: its own, or those of what it waits for. */
  private final Map<AssetKey, SortedSet<AssetKey>> failures = new HashMap<>();

  Schedule(AssetGraph graph, Set<AssetKey> selected) {
    Map<AssetKey, SortedSet<AssetKey>> nearest = new HashMap<>();
    List<AssetKey> chosen = new ArrayList<>();
    for (AssetKey key : graph.inOrder()) {
      SortedSet<AssetKey> before = new TreeSet<>();
      for (AssetKey dependency : graph.upstream(key)) {
        if (selected.contains(dependency)) {
          before.add(dependency);
        } else {
          before.addAll(nearest.getOrDefault(dependency, new TreeSet<>()));
        }
      }
      nearest.put(key, before);
      if (selected.contains(key)) {
        positions.put(key, chosen.size());
        chosen.add(key);
        predecessors.put(key, before);
        successors.put(key, new TreeSet<>());
        before.forEach(each -> at(successors, each).add(key));
        waitingFor.put(key, before.size());
      }
    }
    this.order = List.copyOf(chosen);
    order.stream().filter(key -> at(waitingFor, key) == 0).forEach(this::makeReady);
  }

  /** Every selected asset, each after those that it is made from. */
  List<AssetKey> order() {
    return order;
  }

  /** The selected assets that this one waits for. */
  SortedSet<AssetKey> predecessors(AssetKey key) {
    return at(predecessors, key);
  }

  /** Takes the next asset that may start now. */
  Optional<AssetKey> next() {
    return Optional.ofNullable(ready.pollFirstEntry()).map(Map.Entry::getValue);
  }

  /**
   * Says that an asset's table is as it should be.
   *
   * @return the assets that will not be run now that all they wait for has ended, because of these
   *     failures
   */
  SortedMap<AssetKey, SortedSet<AssetKey>> succeeded(AssetKey key) {
    return release(key, new TreeSet<>());
  }

  /** The same for an asset that failed. */
  SortedMap<AssetKey, SortedSet<AssetKey>> failed(AssetKey key) {
    return release(key, new TreeSet<>(Set.of(key)));
  }

  private SortedMap<AssetKey, SortedSet<AssetKey>> release(
      AssetKey first, SortedSet<AssetKey> because) {
    SortedMap<AssetKey, SortedSet<AssetKey>> kept = new TreeMap<>();
    Deque<AssetKey> ended = new ArrayDeque<>(List.of(first));
    failures.put(first, because);
    while (!ended.isEmpty()) {
      AssetKey key = ended.remove();
      for (AssetKey successor : at(successors, key)) {
        SortedSet<AssetKey> causes = failures.computeIfAbsent(successor, _ -> new TreeSet<>());
        causes.addAll(at(failures, key));
        if (waitingFor.merge(successor, -1, Integer::sum) == 0) {
          if (causes.isEmpty()) {
            makeReady(successor);
          } else {
            kept.put(successor, causes);
            ended.add(successor);
          }
        }
      }
    }
    return kept;
  }

  private void makeReady(AssetKey key) {
    ready.put(at(positions, key), key);
  }

  private static <T> T at(Map<AssetKey, T> map, AssetKey key) {
    T value = map.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is not selected");
    }
    return value;
  }
}
