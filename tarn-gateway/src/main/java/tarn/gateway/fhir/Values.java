package tarn.gateway.fhir;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads an element's value into its columns, as texts that the engine casts exactly. */
final class Values {
  private static final Pattern DATE = Pattern.compile("(\\d{4})(-(\\d{2})(-(\\d{2}))?)?");
  private static final Pattern MOMENT =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:(\\d{2})(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})");
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?");
  private static final String UUID_PREFIX = "urn:uuid:";

  private Values() {}

  /** Says that an element is not what FHIR has there. */
  static final class Unfit extends Exception {
    Unfit(String what) {
      super(what);
    }

    String what() {
      return String.valueOf(getMessage());
    }
  }

  /** Puts what the element says into {@code row}. */
  static void put(Promotion promotion, JsonNode node, Map<String, Object> row) throws Unfit {
    String name = promotion.column();
    switch (promotion.kind()) {
      case TEXT -> row.put(name, text(node));
      case FLAG -> {
        require(node.isBoolean(), "is neither true nor false");
        row.put(name, node.asBoolean() ? "true" : "false");
      }
      case NUMBER -> {
        require(node.isNumber(), "is no number");
        double value = node.doubleValue();
        require(Double.isFinite(value), "is too large a number");
        row.put(name, Double.toString(value));
      }
      case DATE -> date(text(node), name, row);
      case INSTANT -> {
        String text = text(node);
        require(MOMENT.matcher(text).matches(), "is no instant");
        moment(text, name, row);
      }
      case MOMENT -> {
        String text = text(node);
        if (text.indexOf('T') < 0) {
          date(text, name + "_date", row);
        } else {
          require(MOMENT.matcher(text).matches(), "is no dateTime");
          moment(text, name, row);
          row.put(name + "_date", day(text.substring(0, 10)));
        }
      }
      case REFERENCE -> reference(node, name, row);
      case CODING -> coding(node, name, row);
    }
  }

  private static void require(boolean holds, String otherwise) throws Unfit {
    if (!holds) {
      throw new Unfit(otherwise);
    }
  }

  private static String text(JsonNode node) throws Unfit {
    require(node.isString(), "is no text");
    return node.asString();
  }

  /** A year or a month tells no day, so its column stays empty. */
  private static void date(String text, String name, Map<String, Object> row) throws Unfit {
    Matcher parts = DATE.matcher(text);
    require(parts.matches(), "is no date");
    if (parts.group(5) != null) {
      row.put(name, day(text));
    } else if (parts.group(3) != null) {
      day(text + "-01");
    }
  }

  private static String day(String text) throws Unfit {
    try {
      LocalDate day = LocalDate.parse(text);
      require(day.getYear() > 0, "is no date");
      return day.toString();
    } catch (DateTimeException e) {
      throw new Unfit("is no date");
    }
  }

  private static void moment(String text, String name, Map<String, Object> row) throws Unfit {
    day(text.substring(0, 10));
    if (text.startsWith("60", 17)) {
      return; // A leap second: FHIR has it, the engine does not.
    }
    try {
      // The engine keeps microseconds; further digits are cut off, not rounded into the next
      // second.
      String kept = text.replaceFirst("(\\.\\d{6})\\d+", "$1");
      OffsetDateTime.parse(kept);
      row.put(name, kept);
    } catch (DateTimeException e) {
      throw new Unfit("is no dateTime");
    }
  }

  /** What cannot be resolved, as a contained resource or a condition, leaves both columns empty. */
  private static void reference(JsonNode node, String name, Map<String, Object> row) throws Unfit {
    require(node.isObject(), "is no Reference");
    JsonNode type = node.path("type");
    if (type.isString()) {
      row.put(name + "_type", type.asString());
    }
    JsonNode target = node.path("reference");
    if (target.isMissingNode()) {
      return;
    }
    String text = text(target);
    Matcher parts = REFERENCE.matcher(text);
    if (text.startsWith(UUID_PREFIX)) {
      row.put(name + "_id", text.substring(UUID_PREFIX.length()));
    } else if (parts.matches()) {
      row.put(name + "_type", parts.group(1));
      row.put(name + "_id", parts.group(2));
    }
  }

  /** A CodeableConcept by its first Coding, a Coding, or a plain code. */
  private static void coding(JsonNode node, String name, Map<String, Object> row) throws Unfit {
    if (node.isString()) {
      row.put(name + "_code", node.asString());
      return;
    }
    require(node.isObject(), "is no CodeableConcept");
    JsonNode coding = node.has("coding") ? node.path("coding").path(0) : node;
    member(coding, "system", name, row);
    member(coding, "code", name, row);
    member(coding, "display", name, row);
    if (!row.containsKey(name + "_display") && node.path("text").isString()) {
      row.put(name + "_display", node.path("text").asString());
    }
  }

  private static void member(JsonNode coding, String member, String name, Map<String, Object> row)
      throws Unfit {
    JsonNode value = coding.path(member);
    if (!value.isMissingNode()) {
      row.put(name + "_" + member, text(value));
    }
  }
}
