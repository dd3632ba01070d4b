package tarn.files.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.Json;
import tarn.files.PythonOracle;
import tarn.files.bytes.Beginning;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.ByteSources;
import tarn.files.bytes.DamagedContentException;
import tools.jackson.databind.JsonNode;

/** The format's own library decides which files are right, and what is in them. */
class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void files_areTakenAndRefusedAsTheLibraryDoes() throws Exception {
    Map<String, String> refusedHere = new TreeMap<>();
    Map<String, String> refusedThere = new TreeMap<>();
    List<JsonNode> oracle = PythonOracle.lines("safetensors_headers.py", folder.toString());
    for (JsonNode expected : oracle) {
      Path path = Path.of(expected.path("file").asString());
      String name = String.valueOf(path.getFileName());
      if (expected.has("error")) {
        refusedThere.put(name, expected.path("error").asString());
      }
      try {
        SafetensorsFile file = SafetensorsParser.parse(ByteSources.of(Files.readAllBytes(path)));
        if (!expected.has("error")) {
          compare(name, expected, file);
        }
      } catch (DamagedContentException e) {
        refusedHere.put(name, e.finding());
      }
    }
    assertThat(oracle).hasSizeGreaterThan(30);
    // The specification forbids both; the library takes them.
    for (String stricter : List.of("double-key.safetensors", "leading-space.safetensors")) {
      assertThat(refusedThere.put(stricter, "by the specification")).isNull();
    }
    assertThat(refusedHere.keySet()).isEqualTo(refusedThere.keySet());
    assertThat(refusedHere.get("hole.safetensors")).contains("a hole before `b`");
    assertThat(refusedHere.get("over-limit.safetensors"))
        .startsWith("at byte 0: the header is 100000001");
  }

  private static void compare(String name, JsonNode expected, SafetensorsFile file) {
    assertThat(Json.mapper().readTree(Json.line(file.metadata())))
        .as(name)
        .isEqualTo(expected.path("metadata"));
    assertThat(file.tensors()).as(name).hasSize(expected.path("tensors").size());
    for (Tensor tensor : file.tensors()) {
      JsonNode wanted = expected.path("tensors").path(tensor.name());
      assertThat(tensor.dtype()).as(name).isEqualTo(wanted.get(0).asString());
      assertThat(tensor.shape().toString().replace(" ", ""))
          .as(name)
          .isEqualTo(wanted.get(1).toString());
    }
  }

  @Test
  void largeHeader_takesTwoReads() throws Exception {
    StringBuilder header =
        new StringBuilder("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    header.append(" ".repeat(300_000)).append('}');
    byte[] bytes = new byte[8 + header.length()];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length())
        .put(header.toString().getBytes(StandardCharsets.US_ASCII));
    List<Long> reads = new ArrayList<>();
    ByteSource counted =
        new ByteSource() {
          @Override
          public long size() {
            return bytes.length;
          }

          @Override
          public int read(long position, byte[] into) {
            reads.add(position);
            return ByteSources.of(bytes).read(position, into);
          }
        };

    ByteSource beginning = new Beginning(counted);
    beginning.read(0, new byte[1024]);
    new SafetensorsReader().read("m.safetensors", beginning);

    assertThat(reads).hasSize(2);
  }
}
