package tarn.gateway.fhir;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * An element of a resource that becomes columns of its table (docs/reference/fhir.md).
 *
 * @param paths of elements, with points between; the first that is there counts, and of a list its
 *     first member
 */
record Promotion(String column, Kind kind, List<List<String>> paths) {
  private static final Map<String, List<Promotion>> OF_TYPE = new ConcurrentHashMap<>();
  private static final List<String> LINES = ResourceTypes.lines("promoted.txt");

  Promotion {
    paths = paths.stream().map(List::copyOf).toList();
  }

  /** What an element is, and so which columns it has. */
  enum Kind {
    TEXT,
    FLAG,
    NUMBER,
    /** The day, where the resource tells one. */
    DATE,
    INSTANT,
    /** The moment where the resource tells one, and the day as it is written there. */
    MOMENT,
    REFERENCE,
    CODING;

    private List<Column> columns() {
      return switch (this) {
        case TEXT -> List.of(new Column("", "VARCHAR"));
        case FLAG -> List.of(new Column("", "BOOLEAN"));
        case NUMBER -> List.of(new Column("", "DOUBLE"));
        case DATE -> List.of(new Column("", "DATE"));
        case INSTANT -> List.of(new Column("", "TIMESTAMPTZ"));
        case MOMENT -> List.of(new Column("", "TIMESTAMPTZ"), new Column("_date", "DATE"));
        case REFERENCE -> List.of(new Column("_type", "VARCHAR"), new Column("_id", "VARCHAR"));
        case CODING ->
            List.of(
                new Column("_system", "VARCHAR"),
                new Column("_code", "VARCHAR"),
                new Column("_display", "VARCHAR"));
      };
    }
  }

  /** A column, with what is added to the promotion's name. */
  record Column(String suffix, String type) {}

  /** What becomes columns of a type's resources. */
  static List<Promotion> of(String type) {
    return OF_TYPE.computeIfAbsent(type, Promotion::read);
  }

  private static List<Promotion> read(String type) {
    List<Promotion> common = new ArrayList<>();
    List<Promotion> own = new ArrayList<>();
    List<Promotion> others = new ArrayList<>();
    for (String line : LINES) {
      String[] fields = line.split("\\s+");
      Promotion promotion =
          new Promotion(
              fields[1],
              Kind.valueOf(fields[2].toUpperCase(Locale.ROOT)),
              java.util.Arrays.stream(fields[3].split("\\|"))
                  .map(path -> List.of(path.split("\\.")))
                  .toList());
      if (fields[0].equals("*")) {
        common.add(promotion);
      } else if (fields[0].equals("-")) {
        others.add(promotion);
      } else if (fields[0].equals(type)) {
        own.add(promotion);
      }
    }
    common.addAll(own.isEmpty() ? others : own);
    return List.copyOf(common);
  }

  /** A type's promoted columns and their SQL types, in order. */
  static Map<String, String> columns(String type) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (Promotion promotion : of(type)) {
      promotion
          .kind
          .columns()
          .forEach(column -> columns.put(promotion.column + column.suffix(), column.type()));
    }
    return columns;
  }

  /** The element, wherever it is first found. */
  Optional<Found> in(JsonNode resource) {
    for (List<String> path : paths) {
      JsonNode node = resource;
      for (String step : path) {
        node = first(node.path(step));
      }
      if (!node.isMissingNode() && !node.isNull()) {
        return Optional.of(new Found(String.join(".", path), node));
      }
    }
    return Optional.empty();
  }

  /** An element and where it was found. */
  record Found(String path, JsonNode node) {}

  private static JsonNode first(JsonNode node) {
    return node.isArray() ? node.path(0) : node;
  }
}
