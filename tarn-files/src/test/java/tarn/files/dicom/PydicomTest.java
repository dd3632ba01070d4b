package tarn.files.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tarn.base.Json;
import tarn.files.PythonOracle;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.ByteSources;
import tarn.files.bytes.DamagedContentException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NumericNode;

/** Every file that pydicom ships says here what it says there. */
class PydicomTest {
  /** Files that are damaged on purpose: pydicom warns and goes on, and here there is a finding. */
  private static final Map<String, String> DAMAGED =
      Map.of(
          "DICOMDIR-nooffset", "at byte 10860: an item is 248 bytes long, but 224 are left",
          "MR_truncated.dcm", "at byte 1488: the pixels are 8192 bytes long, but 8130 are left",
          "emri_small_jpeg_2k_lossless_too_short.dcm",
              "at byte 40316: the fragments of the pixels have no end",
          // Its first byte is missing; pydicom reads one element of 173 MB.
          "no_meta.dcm", "at byte 0: (0820,0500) is 173228800 bytes long, but 38863 are left",
          "rtplan_truncated.dcm", "at byte 1410: (300A,00B0) is 976 bytes long, but 711 are left");

  @Test
  void filesOfPydicom_areReadAsPydicomReadsThem() throws Exception {
    Map<String, List<String>> differences = new TreeMap<>();
    Map<String, String> refused = new TreeMap<>();
    List<JsonNode> oracle = PythonOracle.lines("dicom_headers.py");
    for (JsonNode expected : oracle) {
      Path file = Path.of(expected.path("file").asString());
      String name = String.valueOf(file.getFileName());
      try (FileChannel channel = FileChannel.open(file)) {
        List<String> found = compare(expected, ByteSources.of(channel));
        if (!found.isEmpty()) {
          differences.put(name, found);
        }
      } catch (DamagedContentException e) {
        refused.put(name, e.finding());
      }
    }
    assertThat(oracle).hasSizeGreaterThan(150);
    assertThat(differences).isEmpty();
    assertThat(refused).isEqualTo(DAMAGED);
  }

  private static List<String> compare(JsonNode expected, ByteSource content) {
    DicomFile file = DicomParser.parse(content);
    if (expected.has("error")) {
      return List.of("pydicom fails: " + expected.path("error").asString());
    }
    List<String> differences = new ArrayList<>();
    JsonNode header = Json.mapper().readTree(DicomJson.of(file.header()));
    compare("", expected.path("header"), header, content, differences);
    // A number that is none: here it stays a text, pydicom gives it up.
    expected
        .path("invalid")
        .forEach(tag -> differences.removeIf(each -> each.startsWith("/" + tag.asString() + ":")));
    String syntax = expected.path("transfer_syntax_uid").asString("");
    if (!syntax.equals(file.syntax().uid())) {
      differences.add("transfer syntax " + syntax + " but " + file.syntax().uid());
    }
    JsonNode pixels = expected.path("pixels");
    if (!pixels.isMissingNode() && file.syntax().packing() == TransferSyntax.Packing.NONE) {
      long offset = file.pixels().map(PixelData::offset).orElse(-1L);
      if (offset != pixels.path("offset").asLong()) {
        differences.add("pixels at " + pixels + " but " + offset);
      }
    }
    return differences;
  }

  private static void compare(
      String at, JsonNode expected, JsonNode actual, ByteSource content, List<String> differences) {
    Set<String> names = new TreeSet<>(expected.propertyNames());
    names.addAll(actual.propertyNames());
    // Group lengths have no place in the JSON model (PS3.18, F.2.2); pydicom writes them.
    names.removeIf(name -> name.endsWith("0000"));
    for (String name : names) {
      JsonNode wanted = expected.path(name);
      JsonNode found = actual.path(name);
      String where = at + "/" + name;
      if (!wanted.path("vr").equals(found.path("vr"))) {
        differences.add(where + ": vr " + wanted.path("vr") + " but " + found.path("vr"));
      } else if (wanted.path("vr").asString().equals("SQ")) {
        JsonNode one = wanted.path("Value");
        JsonNode other = found.path("Value");
        if (one.size() != other.size()) {
          differences.add(where + ": " + one.size() + " items but " + other.size());
        }
        for (int item = 0; item < Math.min(one.size(), other.size()); item++) {
          compare(where + "[" + item + "]", one.get(item), other.get(item), content, differences);
        }
      } else if (found.has("BulkDataURI")) {
        compareBulk(where, wanted, found, content, differences);
      } else if (!same(wanted.path("InlineBinary"), found.path("InlineBinary"))
          || !sameValues(wanted.path("Value"), found.path("Value"))) {
        differences.add(where + ": " + shortened(wanted) + " but " + shortened(found));
      }
    }
  }

  private static void compareBulk(
      String where, JsonNode wanted, JsonNode found, ByteSource content, List<String> differences) {
    String[] numbers = found.path("BulkDataURI").asString().split("[^0-9]+", -1);
    byte[] bytes = content.bytes(Long.parseLong(numbers[1]), Integer.parseInt(numbers[2]));
    byte[] expected = Base64.getDecoder().decode(wanted.path("InlineBinary").asString(""));
    if (!Arrays.equals(bytes, expected)) {
      differences.add(
          where + ": other bulk data, " + expected.length + " bytes but " + bytes.length);
    }
  }

  private static boolean sameValues(JsonNode wanted, JsonNode found) {
    int size = Math.max(wanted.size(), found.size());
    for (int at = 0; at < size; at++) {
      if (!same(wanted.path(at), found.path(at))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(JsonNode wanted, JsonNode found) {
    if (isEmpty(wanted) && isEmpty(found)) {
      return true;
    }
    if (wanted instanceof NumericNode && found instanceof NumericNode) {
      return wanted.asDouble() == found.asDouble()
          || new BigDecimal(wanted.asString()).compareTo(new BigDecimal(found.asString())) == 0;
    }
    // Trailing spaces say nothing (PS3.5, 6.2); pydicom keeps them in front of a backslash.
    return (wanted.isString() && found.isString())
        ? wanted.asString().replaceFirst(" +$", "").equals(found.asString())
        : wanted.equals(found);
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isMissingNode()
        || node.isNull()
        || (node.isString() && node.asString().isEmpty())
        || (node.isContainer() && node.isEmpty());
  }

  private static String shortened(JsonNode node) {
    String text = node.toString();
    return text.length() < 200 ? text : text.substring(0, 200);
  }
}
