package tarn.gateway.dicomweb;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tarn.base.Json;
import tarn.gateway.http.Exchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Documents in the DICOM JSON model. */
final class Answers {
  static final String TYPE = "application/dicom+json";

  private Answers() {}

  static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }

  static void put(ObjectNode into, String tag, String representation, Object... values) {
    ObjectNode element = into.putObject(tag);
    element.put("vr", representation);
    if (values.length > 0) {
      ArrayNode list = element.putArray("Value");
      for (Object each : values) {
        list.addPOJO(each);
      }
    }
  }

  static void send(Exchange exchange, int code, List<? extends JsonNode> objects) {
    exchange.rows(objects.size());
    exchange.send(code, TYPE, Json.line(objects).getBytes(StandardCharsets.UTF_8));
  }
}
