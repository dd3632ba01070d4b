package tarn.gateway.fhir;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads resources out of a body, one at a time: a resource, a Bundle, or a line for each. Numbers
 * keep every digit that they were written with.
 */
final class Resources {
  static final JsonMapper EXACT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          // One value after the other is read from a parser.
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final String TYPE = "resourceType";
  private static final String BUNDLE = "Bundle";

  private Resources() {}

  /** Takes each resource. */
  interface Sink {
    /**
     * @param place where it stands in the body, such as {@code entry[3].resource}
     * @param fullUrl of a Bundle's entry
     * @param method of a Bundle's entry that asks for something
     */
    void resource(
        String place, JsonNode resource, Optional<String> fullUrl, Optional<String> method)
        throws IOException;

    /** A Bundle's own type. */
    void bundle(String place, String type);
  }

  static void read(InputStream body, Sink sink) throws IOException {
    try (JsonParser parser = EXACT.createParser(body)) {
      int number = 0;
      while (parser.nextToken() != null) {
        number++;
        one(parser, number, sink);
      }
    } catch (JacksonException e) {
      throw new TarnException(
          ErrorCode.INGEST_INVALID,
          "The body is no valid JSON: " + e.getOriginalMessage() + where(e),
          "Mend the delivery and send it again.",
          e);
    }
  }

  private static String where(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " (line %d, column %d)"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  /** A Bundle that begins with its type is read entry by entry; every other value as a whole. */
  private static void one(JsonParser parser, int number, Sink sink) throws IOException {
    String place = "[" + number + "]";
    JsonNode value;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      value = EXACT.readTree(parser);
    } else if (parser.nextToken() != JsonToken.PROPERTY_NAME) {
      value = EXACT.createObjectNode();
    } else if (!parser.currentName().equals(TYPE)) {
      value = EXACT.readTree(parser);
    } else if (parser.nextToken() == JsonToken.VALUE_STRING && parser.getString().equals(BUNDLE)) {
      entries(parser, place, sink);
      return;
    } else {
      value = rest(parser);
    }
    if (value.path(TYPE).asString("").equals(BUNDLE)) {
      sink.bundle(place, value.path("type").asString(""));
      int at = 0;
      for (JsonNode entry : value.path("entry")) {
        entry(place, at++, entry, sink);
      }
      return;
    }
    sink.resource(place, value, Optional.empty(), Optional.empty());
  }

  /** An object of which the parser stands at the value of its first member, the type. */
  private static JsonNode rest(JsonParser parser) {
    ObjectNode object = EXACT.createObjectNode();
    object.set(TYPE, EXACT.readTree(parser));
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      object.set(name, EXACT.readTree(parser));
    }
    return object;
  }

  private static void entries(JsonParser parser, String place, Sink sink) throws IOException {
    int at = 0;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("entry") && value == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          entry(place, at++, EXACT.readTree(parser), sink);
        }
      } else if (name.equals("type")) {
        sink.bundle(place, parser.getString());
      } else {
        parser.skipChildren();
      }
    }
  }

  private static void entry(String place, int at, JsonNode entry, Sink sink) throws IOException {
    sink.resource(
        place + ".entry[" + at + "].resource",
        entry.path("resource"),
        text(entry.path("fullUrl")),
        text(entry.path("request").path("method")));
  }

  private static Optional<String> text(JsonNode node) {
    return node.isString() ? Optional.of(node.asString()) : Optional.empty();
  }
}
