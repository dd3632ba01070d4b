package tarn.assets.definition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tarn.station.toml.TomlDocument;
import tools.jackson.databind.JsonNode;

/** Reads one TOML table of a declaration; what is wrong is said with the file and the line. */
final class TableReader {
  private final String file;
  private final TomlDocument document;
  private final JsonNode node;
  private final List<String> path;
  private final Mistakes mistakes;

  private TableReader(
      String file, TomlDocument document, JsonNode node, List<String> path, Mistakes mistakes) {
    this.file = file;
    this.document = document;
    this.node = node;
    this.path = path;
    this.mistakes = mistakes;
  }

  /**
   * @param mistakes where to put what can be told while reading goes on
   */
  static TableReader of(String file, TomlDocument document, Mistakes mistakes) {
    return new TableReader(file, document, document.root(), List.of(), mistakes);
  }

  /** Refuses every other key. */
  void only(Collection<String> known) {
    unknown(known).stream()
        .findFirst()
        .ifPresent(
            unknown -> {
              throw unknown;
            });
  }

  /** Tells every other key, and lets the reading go on. */
  void tellUnknown(Collection<String> known) {
    unknown(known).forEach(mistakes::add);
  }

  private List<TarnException> unknown(Collection<String> known) {
    return keys().stream()
        .filter(key -> !known.contains(key))
        .map(
            key -> {
              String hint = Nearest.hint(key, known);
              return error(
                  key,
                  "is not known here" + (hint.isEmpty() ? "." : hint),
                  "Take it out or mend it. Known here are: " + String.join(", ", known) + ".");
            })
        .toList();
  }

  /** What a part of this table says, or {@code otherwise} when there is a mistake in it. */
  <T> T attempt(T otherwise, Supplier<T> reading) {
    return mistakes.attempt(otherwise, reading);
  }

  boolean has(String key) {
    return node.has(key);
  }

  List<String> keys() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Whether the key is there with this text. */
  boolean holds(String key, String text) {
    return node.path(key).isString() && node.path(key).asString().equals(text);
  }

  boolean isTable(String key) {
    return node.path(key).isObject();
  }

  Optional<String> text(String key) {
    return value(key).map(value -> asText(key, value));
  }

  String requiredText(String key, String example) {
    return text(key).orElseThrow(() -> missing(key, example));
  }

  /** A list of texts, or one text in place of a list of one. */
  List<String> texts(String key) {
    Optional<JsonNode> value = value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      return List.of(asText(key, value.get()));
    }
    return value.get().valueStream().map(element -> asText(key, element)).toList();
  }

  /** Texts by name, in the order of the file. */
  Map<String, String> textsByName(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    table(key)
        .ifPresent(table -> table.keys().forEach(name -> texts.put(name, table.asText(name))));
    return texts;
  }

  /** Texts, numbers and booleans by name, in the order of the file. */
  Map<String, Object> scalarsByName(String key) {
    Map<String, Object> scalars = new LinkedHashMap<>();
    table(key)
        .ifPresent(table -> table.keys().forEach(name -> scalars.put(name, table.scalar(name))));
    return scalars;
  }

  /** Texts; a number or a boolean counts as the text it is written as. */
  List<String> scalarTexts(String key) {
    JsonNode value = node.path(key);
    Stream<JsonNode> elements = value.isArray() ? value.valueStream() : Stream.of(value);
    return elements
        .map(
            element -> {
              if (element.isContainer() || element.isMissingNode()) {
                throw error(key, "must be a list of texts or numbers.", "Write `[\"a\", \"b\"]`.");
              }
              return element.asString();
            })
        .toList();
  }

  Optional<Long> wholeNumber(String key) {
    return value(key)
        .map(
            value -> {
              if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
                throw error(key, "must be a whole number of at least 0.", "Write it as in `100`.");
              }
              return value.asLong();
            });
  }

  Optional<Double> fraction(String key) {
    return value(key)
        .map(
            value -> {
              if (!value.isNumber() || !(value.asDouble() >= 0 && value.asDouble() <= 1)) {
                throw error(key, "must be a number from 0 to 1.", "Write `0.01` for one in 100.");
              }
              return value.asDouble();
            });
  }

  Optional<Duration> duration(String key) {
    return text(key)
        .map(
            text ->
                Durations.parse(text)
                    .orElseThrow(
                        () ->
                            error(key, "is `" + text + "`, no span of time.", Durations.EXAMPLES)));
  }

  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    return text(key).map(text -> choose(key, text, type));
  }

  <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
    return texts(key).stream().map(text -> choose(key, text, type)).toList();
  }

  Optional<TableReader> table(String key) {
    return value(key)
        .map(
            value -> {
              if (!value.isObject()) {
                throw error(key, "must be a table.", "Write `" + key + " = { … }`.");
              }
              return below(key, value);
            });
  }

  /** A list of tables. */
  List<TableReader> tables(String key) {
    List<TableReader> tables = new ArrayList<>();
    JsonNode list = node.path(key);
    if (!list.isMissingNode() && !list.isArray()) {
      throw error(key, "must be a list of tables.", "Write `" + key + " = [ { … }, { … } ]`.");
    }
    TableReader elements = below(key, list);
    for (int index = 0; index < list.size(); index++) {
      JsonNode element = list.path(index);
      if (!element.isObject()) {
        throw elements.error(
            Integer.toString(index), "must be a table.", "Write `" + key + " = [ { … }, { … } ]`.");
      }
      tables.add(elements.below(Integer.toString(index), element));
    }
    return tables;
  }

  /** The line of a key in the file. */
  int line(String key) {
    return document.line(below(key));
  }

  TarnException missing(String key, String example) {
    return new TarnException(
        ErrorCode.ASSET_HEADER_INVALID,
        "%s:%d: `%s` is missing.".formatted(file, document.line(path), name(key)),
        "Add it, such as `" + example + "`.");
  }

  TarnException error(String key, String complaint, String remedy) {
    return new TarnException(
        ErrorCode.ASSET_HEADER_INVALID,
        "%s:%d: `%s` %s".formatted(file, line(key), name(key), complaint),
        remedy);
  }

  private <E extends Enum<E>> E choose(String key, String text, Class<E> type) {
    List<String> names = Stream.of(type.getEnumConstants()).map(TableReader::spelled).toList();
    int index = names.indexOf(text);
    if (index < 0) {
      String hint = Nearest.hint(text, names);
      throw error(
          key,
          "is `" + text + "`" + (hint.isEmpty() ? "." : hint),
          "Write one of " + String.join(", ", names) + ".");
    }
    return type.getEnumConstants()[index];
  }

  /** {@code DROP_COLUMN} as a declaration has it: {@code drop_column}. */
  static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private String asText(String key) {
    return asText(key, node.path(key));
  }

  private String asText(String key, JsonNode value) {
    if (!value.isString() || value.asString().isBlank()) {
      throw error(
          key,
          "must be a text that is not empty.",
          "Write it in quotes, as in `" + key + " = \"…\"`.");
    }
    return value.asString();
  }

  private Object scalar(String key) {
    JsonNode value = node.path(key);
    return switch (value.getNodeType()) {
      case STRING -> value.asString();
      case BOOLEAN -> value.asBoolean();
      case NUMBER -> value.isIntegralNumber() ? (Object) value.asLong() : (Object) value.asDouble();
      case ARRAY -> texts(key);
      case OBJECT, BINARY, MISSING, NULL, POJO ->
          throw error(key, "must be a text, a number, true or false.", "Mend it.");
    };
  }

  private Optional<JsonNode> value(String key) {
    JsonNode value = node.path(key);
    return value.isMissingNode() ? Optional.empty() : Optional.of(value);
  }

  private TableReader below(String key, JsonNode value) {
    return new TableReader(file, document, value, below(key), mistakes);
  }

  private List<String> below(String key) {
    List<String> longer = new ArrayList<>(path);
    longer.add(key);
    return List.copyOf(longer);
  }

  /** {@code checks[2].not_null}, the first element being 1. */
  private String name(String key) {
    StringBuilder name = new StringBuilder();
    for (String part : below(key)) {
      if (part.chars().allMatch(Character::isDigit)) {
        name.append('[').append(Integer.parseInt(part) + 1).append(']');
      } else {
        name.append(name.isEmpty() ? "" : ".").append(part);
      }
    }
    return name.toString();
  }
}
