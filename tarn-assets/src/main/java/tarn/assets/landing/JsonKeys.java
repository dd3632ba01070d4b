package tarn.assets.landing;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.lake.Session;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The keys of JSON objects and what their values are.
 *
 * @param kinds by key, in the order in which the keys were met
 */
record JsonKeys(Map<String, Kind> kinds) {

  /** What all values of a key are, nulls left aside. */
  enum Kind {
    NOTHING,
    TEXT,
    NUMBER,
    TRUTH,
    /** Objects, arrays, or values of several kinds. */
    ANY;

    private Kind or(Kind other) {
      if (this == NOTHING || this == other) {
        return other;
      }
      return other == NOTHING ? this : ANY;
    }

    private static Kind of(JsonNode structure) {
      return switch (structure.isString() ? structure.asString() : "") {
        case "NULL" -> NOTHING;
        case "VARCHAR" -> TEXT;
        case "BOOLEAN" -> TRUTH;
        case "BIGINT", "UBIGINT", "HUGEINT", "DOUBLE" -> NUMBER;
        default -> ANY;
      };
    }
  }

  /**
   * Those of all objects of a relation; what is no JSON object has none.
   *
   * @param texts a SELECT of the column {@code j}
   */
  static JsonKeys of(Session session, String texts) {
    Optional<String> structure =
        session
            .query(
                """
                SELECT json_group_structure(CASE WHEN json_valid(j) THEN CAST(j AS JSON) END) FROM (%s) \
                WHERE CASE WHEN json_valid(j) THEN json_type(j) = 'OBJECT' ELSE false END"""
                    .formatted(texts),
                row -> Optional.ofNullable(row.getString(1)))
            .getFirst();
    return structure.map(Json.mapper()::readTree).map(JsonKeys::of).orElseGet(JsonKeys::none);
  }

  private static JsonKeys of(JsonNode structure) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    structure.properties().forEach(key -> kinds.put(key.getKey(), Kind.of(key.getValue())));
    return new JsonKeys(kinds);
  }

  /** Those of one object; nothing when the text is none. */
  static Optional<JsonKeys> ofObject(String text) {
    try {
      JsonNode value = Json.mapper().readTree(text);
      Map<String, Kind> kinds = new LinkedHashMap<>();
      value.propertyNames().forEach(key -> kinds.put(key, Kind.ANY));
      return Optional.of(new JsonKeys(kinds));
    } catch (JacksonException e) {
      return Optional.empty(); // a malformed record, for others to quarantine
    }
  }

  static JsonKeys none() {
    return new JsonKeys(Map.of());
  }

  JsonKeys and(JsonKeys more) {
    Map<String, Kind> both = new LinkedHashMap<>(kinds);
    more.kinds.forEach((key, kind) -> both.merge(key, kind, Kind::or));
    return new JsonKeys(both);
  }

  /**
   * A key that only differs by case from a column would be left out without a word.
   *
   * @param where the keys were found
   * @throws TarnException {@code landing.invalid}
   */
  void refuseOtherCase(String where, List<String> columns) {
    for (String column : columns) {
      kinds.keySet().stream()
          .filter(key -> key.equalsIgnoreCase(column) && !kinds.containsKey(column))
          .findFirst()
          .ifPresent(
              key -> {
                throw refused(where + " name `" + key + "` what should be `" + column + "`");
              });
    }
  }

  /** Two keys that only differ by case would be one column. */
  void refuseTwins(String where) {
    Map<String, String> spelled = new HashMap<>();
    for (String key : kinds.keySet()) {
      String twin = spelled.put(key.toLowerCase(Locale.ROOT), key);
      if (twin != null) {
        throw refused(where + " name both `" + twin + "` and `" + key + "`");
      }
    }
  }

  private static TarnException refused(String what) {
    return new TarnException(
        ErrorCode.LANDING_INVALID,
        what + ". Keys of JSON that differ only by case are different ones; columns are not.",
        "Declare the source's `columns`, spelled as the files spell the keys.");
  }
}
