package tarn.assets.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetDefinition;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** A station's assets with their dependencies, of which none leads back to itself. */
public final class AssetGraph {
  /** A distance that no chain of assets reaches. */
  public static final int ALL_THE_WAY = Integer.MAX_VALUE;

  private final SortedMap<AssetKey, AssetDefinition> definitions;
  private final Map<AssetKey, SortedSet<AssetKey>> downstream = new HashMap<>();

  private AssetGraph(SortedMap<AssetKey, AssetDefinition> definitions) {
    this.definitions = definitions;
    definitions.keySet().forEach(key -> downstream.put(key, new TreeSet<>()));
    for (AssetDefinition definition : definitions.values()) {
      for (AssetKey dependency : definition.dependencies()) {
        SortedSet<AssetKey> consumers = downstream.get(dependency);
        if (consumers == null) {
          throw new IllegalArgumentException(
              definition.key() + " depends on " + dependency + ", which is not there");
        }
        consumers.add(definition.key());
      }
    }
  }

  /**
   * @param definitions with each other's keys as their dependencies
   * @throws TarnException {@code asset.cycle}, naming every asset of a cycle
   */
  public static AssetGraph of(Collection<AssetDefinition> definitions) {
    SortedMap<AssetKey, AssetDefinition> byKey = new TreeMap<>();
    definitions.forEach(definition -> byKey.put(definition.key(), definition));
    AssetGraph graph = new AssetGraph(Collections.unmodifiableSortedMap(byKey));
    new CycleFinder(graph).refuseCycles();
    return graph;
  }

  /** Every asset by its key. */
  public SortedMap<AssetKey, AssetDefinition> definitions() {
    return definitions;
  }

  public SortedSet<AssetKey> keys() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(definitions.keySet()));
  }

  /** An asset that must be there. */
  public AssetDefinition definition(AssetKey key) {
    AssetDefinition definition = definitions.get(key);
    if (definition == null) {
      throw new IllegalArgumentException("no asset is called " + key);
    }
    return definition;
  }

  /** The assets that it reads. */
  public SortedSet<AssetKey> upstream(AssetKey key) {
    return definition(key).dependencies();
  }

  /** The assets that read it. */
  public SortedSet<AssetKey> downstream(AssetKey key) {
    return Collections.unmodifiableSortedSet(downstream.getOrDefault(key, new TreeSet<>()));
  }

  /** These assets and what they are made from, up to {@code depth} steps away. */
  public SortedSet<AssetKey> withUpstream(Collection<AssetKey> from, int depth) {
    return reach(from, depth, this::upstream);
  }

  /** These assets and what is made from them, up to {@code depth} steps away. */
  public SortedSet<AssetKey> withDownstream(Collection<AssetKey> from, int depth) {
    return reach(from, depth, this::downstream);
  }

  /**
   * These assets in the order in which they can be made: each layer needs only layers before it. A
   * dependency counts too when it goes by way of assets that are not among them.
   */
  public List<SortedSet<AssetKey>> layers(Set<AssetKey> among) {
    Map<AssetKey, Integer> depths = new HashMap<>();
    List<SortedSet<AssetKey>> layers = new ArrayList<>();
    for (AssetKey key : inOrder()) {
      int depth = 0;
      for (AssetKey dependency : upstream(key)) {
        int before = depths.getOrDefault(dependency, 0);
        depth = Math.max(depth, before + (among.contains(dependency) ? 1 : 0));
      }
      depths.put(key, depth);
      if (among.contains(key)) {
        while (layers.size() <= depth) {
          layers.add(new TreeSet<>());
        }
        layers.get(depth).add(key);
      }
    }
    return layers;
  }

  /** Every asset after all that it depends on; otherwise by key. */
  public List<AssetKey> inOrder() {
    Map<AssetKey, Integer> missing = new HashMap<>();
    SortedSet<AssetKey> ready = new TreeSet<>();
    for (AssetKey key : definitions.keySet()) {
      missing.put(key, upstream(key).size());
      if (upstream(key).isEmpty()) {
        ready.add(key);
      }
    }
    List<AssetKey> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      AssetKey next = ready.removeFirst();
      order.add(next);
      for (AssetKey consumer : downstream(next)) {
        if (missing.merge(consumer, -1, Integer::sum) == 0) {
          ready.add(consumer);
        }
      }
    }
    return order;
  }

  private static SortedSet<AssetKey> reach(
      Collection<AssetKey> from, int depth, Function<AssetKey, SortedSet<AssetKey>> neighbours) {
    SortedSet<AssetKey> reached = new TreeSet<>(from);
    Deque<AssetKey> border = new ArrayDeque<>(from);
    for (int step = 0; step < depth && !border.isEmpty(); step++) {
      Deque<AssetKey> further = new ArrayDeque<>();
      for (AssetKey key : border) {
        for (AssetKey neighbour : neighbours.apply(key)) {
          if (reached.add(neighbour)) {
            further.add(neighbour);
          }
        }
      }
      border = further;
    }
    return reached;
  }

  /** Walks the graph in depth; a path that comes back to itself is a cycle. */
  private static final class CycleFinder {
    private final AssetGraph graph;
    private final Set<AssetKey> done = new TreeSet<>();

    CycleFinder(AssetGraph graph) {
      this.graph = graph;
    }

    void refuseCycles() {
      // Whoever can be ordered lies on no cycle; what is left is small, so recursion is safe.
      List<AssetKey> ordered = graph.inOrder();
      if (ordered.size() < graph.definitions.size()) {
        done.addAll(ordered);
        for (AssetKey key : graph.definitions.keySet()) {
          visit(key, new ArrayList<>());
        }
      }
    }

    private void visit(AssetKey key, List<AssetKey> path) {
      if (done.contains(key)) {
        return;
      }
      int start = path.indexOf(key);
      if (start >= 0) {
        throw cycle(path.subList(start, path.size()));
      }
      path.add(key);
      graph.downstream(key).forEach(consumer -> visit(consumer, path));
      path.removeLast();
      done.add(key);
    }

    private TarnException cycle(List<AssetKey> cycle) {
      List<String> names = new ArrayList<>(cycle.stream().map(AssetKey::toString).toList());
      names.add(names.getFirst());
      List<String> files =
          cycle.stream().map(key -> graph.definition(key).definedIn().toString()).toList();
      return new TarnException(
          ErrorCode.ASSET_CYCLE,
          "Assets depend on each other in a circle: %s (an arrow leads from an asset to one that reads it; %s)."
              .formatted(String.join(" → ", names), String.join(", ", files)),
          "Take one of these references out.");
    }
  }
}
