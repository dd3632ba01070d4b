package tarn.dagster.pipes;

import java.util.LinkedHashMap;
import java.util.Map;

/** A value beside an event, under its type of Dagster's. */
record MetadataValue(String type, Object value) {

  static MetadataValue integer(long number) {
    return new MetadataValue("int", number);
  }

  static MetadataValue number(double number) {
    return new MetadataValue("float", number);
  }

  static MetadataValue text(String text) {
    return new MetadataValue("text", text);
  }

  static Map<String, Object> external(Map<String, MetadataValue> metadata) {
    Map<String, Object> external = new LinkedHashMap<>();
    metadata.forEach(
        (name, each) -> external.put(name, Map.of("raw_value", each.value, "type", each.type)));
    return external;
  }
}
