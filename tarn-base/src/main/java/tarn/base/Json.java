package tarn.base;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The one way this program reads and writes JSON: pretty, keys in the order they were put. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final JsonMapper COMPACT = JsonMapper.builder().build();

  private Json() {}

  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** {@code value} over several lines, as a person reads it. */
  public static String pretty(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** {@code value} on one line. */
  public static String line(Object value) {
    return COMPACT.writeValueAsString(value);
  }
}
