package tarn.assets.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.graph.SelectionExpression.All;
import tarn.assets.graph.SelectionExpression.And;
import tarn.assets.graph.SelectionExpression.Attribute;
import tarn.assets.graph.SelectionExpression.Named;
import tarn.assets.graph.SelectionExpression.Not;
import tarn.assets.graph.SelectionExpression.Or;
import tarn.assets.graph.SelectionExpression.Reach;
import tarn.assets.graph.SelectionExpression.Roots;
import tarn.assets.graph.SelectionExpression.Sinks;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.Nearest;
import tarn.base.TarnException;

/**
 * Selects assets by Dagster's asset selection syntax, which docs/reference/selection.md explains.
 */
public final class Selection {
  private final AssetGraph graph;
  private final String text;

  private Selection(AssetGraph graph, String text) {
    this.graph = graph;
    this.text = text;
  }

  /**
   * The assets of {@code graph} that {@code text} selects, at least one.
   *
   * @throws TarnException {@code selection.invalid} with the place of the error, {@code
   *     selection.empty} when nothing is selected or a key is named that does not exist
   */
  public static SortedSet<AssetKey> select(AssetGraph graph, String text) {
    return new Selection(graph, text).select(SelectionParser.parse(text));
  }

  private SortedSet<AssetKey> select(SelectionExpression expression) {
    if (graph.keys().isEmpty()) {
      throw new TarnException(
          ErrorCode.SELECTION_EMPTY,
          "The station has no assets.",
          "Add one, such as assets/raw/people.sql with a SELECT in it.");
    }
    SortedSet<AssetKey> selected = evaluate(expression);
    if (selected.isEmpty()) {
      throw empty(expression);
    }
    return selected;
  }

  private SortedSet<AssetKey> evaluate(SelectionExpression expression) {
    return switch (expression) {
      case All _ -> graph.keys();
      case Named named -> new TreeSet<>(Set.of(existing(named)));
      case Attribute attribute -> matching(predicate(attribute));
      case Reach(SelectionExpression of, int upstream, int downstream) -> {
        SortedSet<AssetKey> centre = evaluate(of);
        SortedSet<AssetKey> reached = graph.withUpstream(centre, upstream);
        reached.addAll(graph.withDownstream(centre, downstream));
        yield reached;
      }
      case Roots(SelectionExpression of) -> alone(evaluate(of), graph::withUpstream);
      case Sinks(SelectionExpression of) -> alone(evaluate(of), graph::withDownstream);
      case Not(SelectionExpression of) -> {
        SortedSet<AssetKey> rest = new TreeSet<>(graph.keys());
        rest.removeAll(evaluate(of));
        yield rest;
      }
      case And(SelectionExpression left, SelectionExpression right) -> {
        SortedSet<AssetKey> both = new TreeSet<>(evaluate(left));
        both.retainAll(evaluate(right));
        yield both;
      }
      case Or(SelectionExpression left, SelectionExpression right) -> {
        SortedSet<AssetKey> either = new TreeSet<>(evaluate(left));
        either.addAll(evaluate(right));
        yield either;
      }
    };
  }

  /** One direction of the graph. */
  @FunctionalInterface
  private interface Direction {
    SortedSet<AssetKey> reach(Collection<AssetKey> from, int depth);
  }

  /** Those that reach no other of the set, by whatever way. */
  private static SortedSet<AssetKey> alone(SortedSet<AssetKey> keys, Direction direction) {
    return keys.stream()
        .filter(
            key -> {
              SortedSet<AssetKey> reached = direction.reach(Set.of(key), AssetGraph.ALL_THE_WAY);
              reached.retainAll(keys);
              return reached.size() == 1;
            })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private SortedSet<AssetKey> matching(Predicate<AssetDefinition> predicate) {
    return graph.definitions().values().stream()
        .filter(predicate)
        .map(AssetDefinition::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Predicate<AssetDefinition> predicate(Attribute attribute) {
    Pattern pattern = wildcard(attribute.value());
    return switch (attribute.name()) {
      case KEY, GROUP ->
          definition ->
              values(attribute, definition).stream()
                  .anyMatch(value -> pattern.matcher(value).matches());
      case TAG, KIND, OWNER ->
          definition -> values(attribute, definition).contains(attribute.value());
    };
  }

  /** What an asset has of that attribute, as a selection would write it. */
  private static List<String> values(Attribute attribute, AssetDefinition definition) {
    return switch (attribute.name()) {
      case KEY -> List.of(definition.key().toString());
      case GROUP -> List.of(definition.group());
      case KIND -> List.copyOf(definition.kinds());
      case OWNER -> definition.owners();
      case TAG ->
          definition.tags().entrySet().stream()
              .map(tag -> tag.getKey() + "=" + tag.getValue())
              .toList();
    };
  }

  private static Pattern wildcard(String value) {
    return Pattern.compile(Pattern.quote(value).replace("*", "\\E.*\\Q"));
  }

  private AssetKey existing(Named named) {
    Optional<AssetKey> found =
        graph.keys().stream().filter(key -> key.toString().equals(named.key())).findFirst();
    return found.orElseThrow(
        () -> {
          String hint = hint(named.key(), keyNames());
          return new TarnException(
              ErrorCode.SELECTION_EMPTY,
              "No asset is called `%s`%s".formatted(named.key(), hint),
              "List the assets with `tarn assets`. A wildcard is written `key:\"%s*\"`."
                  .formatted(named.key()));
        });
  }

  private TarnException empty(SelectionExpression expression) {
    List<Attribute> unmatched = new ArrayList<>();
    collectUnmatched(expression, unmatched);
    String reason =
        unmatched.stream()
            .findFirst()
            .map(attribute -> " Nothing has `%s`%s".formatted(display(attribute), hint(attribute)))
            .orElse("");
    return new TarnException(
        ErrorCode.SELECTION_EMPTY,
        "`%s` selects none of the station's %s %s.%s"
            .formatted(
                text,
                Human.count(graph.keys().size()),
                graph.keys().size() == 1 ? "asset" : "assets",
                reason),
        "List the assets with `tarn assets`, with their groups, tags, kinds and owners.");
  }

  private void collectUnmatched(SelectionExpression expression, List<Attribute> into) {
    switch (expression) {
      case Attribute attribute -> {
        if (matching(predicate(attribute)).isEmpty()) {
          into.add(attribute);
        }
      }
      case Reach(SelectionExpression of, int _, int _) -> collectUnmatched(of, into);
      case Roots(SelectionExpression of) -> collectUnmatched(of, into);
      case Sinks(SelectionExpression of) -> collectUnmatched(of, into);
      case And(SelectionExpression left, SelectionExpression right) -> {
        collectUnmatched(left, into);
        collectUnmatched(right, into);
      }
      case Or(SelectionExpression left, SelectionExpression right) -> {
        collectUnmatched(left, into);
        collectUnmatched(right, into);
      }
      // What a negation leaves out is not missing.
      case All _, Named _, Not _ -> {}
    }
  }

  private String hint(Attribute attribute) {
    List<String> existing =
        graph.definitions().values().stream()
            .flatMap(definition -> values(attribute, definition).stream())
            .distinct()
            .sorted()
            .toList();
    return hint(attribute.value(), existing);
  }

  private static String hint(String word, List<String> existing) {
    Optional<String> otherCase = existing.stream().filter(word::equalsIgnoreCase).findFirst();
    if (otherCase.isPresent()) {
      return "; did you mean `" + otherCase.get() + "`?";
    }
    String nearest = Nearest.hint(word, existing);
    if (!nearest.isEmpty()) {
      return nearest;
    }
    // A tag without its value, or a key without its folder, is not near by edits.
    return existing.stream()
        .filter(
            name -> !word.isEmpty() && name.contains(word.replace("*", "").replaceAll("=$", "")))
        .findFirst()
        .map(name -> "; did you mean `" + name + "`?")
        .orElse(".");
  }

  private static String display(Attribute attribute) {
    return attribute.name().name().toLowerCase(java.util.Locale.ROOT)
        + ":"
        + attribute.value().replaceAll("=$", "");
  }

  private List<String> keyNames() {
    return graph.keys().stream().map(AssetKey::toString).toList();
  }
}
