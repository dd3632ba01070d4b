package tarn.files.dicom;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A data set as the DICOM JSON Model has it (PS3.18, annex F). A value that was passed over becomes
 * a {@code BulkDataURI} of the form {@code ?offset=…&length=…}: where it is in the file. A decimal
 * or integer string that is no number stays a string.
 */
final class DicomJson {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?");
  private static final int LONGEST_NUMBER = 64;

  private final JsonGenerator json;

  private DicomJson(JsonGenerator json) {
    this.json = json;
  }

  static String of(DataSet header) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      new DicomJson(generator).write(header);
    }
    return text.toString();
  }

  private void write(DataSet data) {
    CharacterSets sets = data.characterSets();
    json.writeStartObject();
    for (Element element : data.elements()) {
      if (Tags.element(element.tag()) != 0) {
        json.writeName("%08X".formatted(element.tag()));
        write(element, data, sets);
      }
    }
    json.writeEndObject();
  }

  private void write(Element element, DataSet data, CharacterSets sets) {
    json.writeStartObject();
    json.writeStringProperty("vr", element.vr().name());
    if (element.vr() == Vr.SQ) {
      items(element.items());
    } else {
      byte[] bytes = element.bytes();
      if (bytes == null) {
        json.writeStringProperty(
            "BulkDataURI", "?offset=" + element.offset() + "&length=" + element.length());
      } else if (bytes.length > 0) {
        value(element, bytes, data, sets);
      }
    }
    json.writeEndObject();
  }

  private void items(List<DataSet> items) {
    if (items.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("Value");
    items.forEach(this::write);
    json.writeEndArray();
  }

  private void value(Element element, byte[] bytes, DataSet data, CharacterSets sets) {
    if (element.vr().kind() == Vr.Kind.BYTES) {
      json.writeStringProperty("InlineBinary", Base64.getEncoder().encodeToString(bytes));
      return;
    }
    List<String> texts = Values.texts(element, data.order(), sets);
    if (texts.stream().allMatch(String::isEmpty)) {
      return;
    }
    json.writeArrayPropertyStart("Value");
    texts.forEach(text -> write(element.vr(), text));
    json.writeEndArray();
  }

  private void write(Vr vr, String text) {
    if (text.isEmpty()) {
      json.writeNull();
      return;
    }
    switch (vr.kind()) {
      case TEXTS, TEXT, ENCODED_TEXTS, ENCODED_TEXT, TAGS -> json.writeString(text);
      case NAMES -> name(text);
      case DECIMALS, INTEGERS ->
          number(text.strip()).ifPresentOrElse(json::writeNumber, () -> json.writeString(text));
      case SIGNED, UNSIGNED -> json.writeNumber(text);
      case FLOATS -> {
        if (text.equals("NaN") || text.endsWith("Infinity")) {
          json.writeString(text);
        } else {
          json.writeNumber(text);
        }
      }
      case BYTES, ITEMS -> throw new IllegalArgumentException(vr.name());
    }
  }

  static Optional<BigDecimal> number(String text) {
    return text.length() <= LONGEST_NUMBER && NUMBER.matcher(text).matches()
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }

  private void name(String text) {
    String[] groups = text.split("=", -1);
    String[] names = {"Alphabetic", "Ideographic", "Phonetic"};
    json.writeStartObject();
    for (int at = 0; at < Math.min(groups.length, names.length); at++) {
      if (!groups[at].isEmpty()) {
        json.writeStringProperty(names[at], groups[at]);
      }
    }
    json.writeEndObject();
  }
}
