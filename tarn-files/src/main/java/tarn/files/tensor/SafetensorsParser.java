package tarn.files.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.DamagedContentException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a header as the format's own library does: it is at most 100 MB long, no key is there
 * twice, and the tensors follow each other from the first byte to the last without a hole or an
 * overlap.
 */
final class SafetensorsParser {
  static final long LONGEST_HEADER = 100_000_000;
  private static final int LENGTH_BYTES = 8;

  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("BOOL", 8),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("F8_E4M3FNUZ", 8),
          Map.entry("F8_E5M2FNUZ", 8),
          Map.entry("F4", 4),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("I16", 16),
          Map.entry("U16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I32", 32),
          Map.entry("U32", 32),
          Map.entry("F32", 32),
          Map.entry("I64", 64),
          Map.entry("U64", 64),
          Map.entry("F64", 64),
          Map.entry("C64", 64));

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNumberLength(40)
                  .maxNameLength((int) LONGEST_HEADER)
                  .maxStringLength((int) LONGEST_HEADER)
                  .build())
          .build();

  private final long fileSize;
  private final long headerLength;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();

  private SafetensorsParser(long fileSize, long headerLength) {
    this.fileSize = fileSize;
    this.headerLength = headerLength;
  }

  static SafetensorsFile parse(ByteSource file) {
    long length =
        ByteBuffer.wrap(file.bytes(0, LENGTH_BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > LONGEST_HEADER) {
      throw new DamagedContentException(
          0,
          "the header is %s bytes long, and %d are allowed"
              .formatted(Long.toUnsignedString(length), LONGEST_HEADER));
    }
    byte[] header = file.bytes(LENGTH_BYTES, (int) length);
    if (header.length == 0 || header[0] != '{') {
      throw new DamagedContentException(LENGTH_BYTES, "the header does not begin with `{`");
    }
    SafetensorsParser parser = new SafetensorsParser(file.size(), length);
    parser.read(text(header));
    parser.checkPlaces();
    return new SafetensorsFile(length, parser.metadata, parser.tensors);
  }

  private static String text(byte[] header) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException e) {
      throw new DamagedContentException(LENGTH_BYTES, "the header is not UTF-8");
    }
  }

  private void read(String header) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), header)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("__metadata__")) {
          readMetadata(json);
        } else {
          tensors.add(readTensor(name, json));
        }
      }
      if (json.nextToken() != null) {
        throw wrong(json, "there is more after the header's object");
      }
    } catch (JacksonException e) {
      throw new DamagedContentException(
          LENGTH_BYTES + Math.max(0, e.getLocation() == null ? 0 : e.getLocation().getCharOffset()),
          "the header is no JSON that the format allows: " + e.getOriginalMessage());
    }
  }

  private static DamagedContentException wrong(JsonParser json, String what) {
    return new DamagedContentException(
        LENGTH_BYTES + json.currentTokenLocation().getCharOffset(), what);
  }

  private void readMetadata(JsonParser json) {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(json, JsonToken.START_OBJECT, "__metadata__ is no object");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      expect(json, JsonToken.VALUE_STRING, "__metadata__ holds something else than text");
      metadata.put(name, json.getString());
    }
  }

  private Tensor readTensor(String name, JsonParser json) {
    expect(json, JsonToken.START_OBJECT, "the entry `" + name + "` is no object");
    String dtype = "";
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(json, JsonToken.VALUE_STRING, "the dtype of `" + name + "` is no text");
          dtype = json.getString();
        }
        case "shape" -> shape = numbers(json);
        case "data_offsets" -> offsets = numbers(json);
        default -> json.skipChildren();
      }
    }
    if (dtype.isEmpty() || shape == null || offsets == null || offsets.size() != 2) {
      throw wrong(json, "the entry `" + name + "` has no dtype, shape or two data_offsets");
    }
    return tensor(name, dtype, shape, offsets, json);
  }

  private Tensor tensor(
      String name, String dtype, List<Long> shape, List<Long> offsets, JsonParser json) {
    Integer bits = BITS.get(dtype);
    if (bits == null) {
      throw wrong(json, "the dtype `" + dtype + "` of `" + name + "` is not known");
    }
    long begin = offsets.get(0);
    long length = offsets.get(1) - begin;
    try {
      long total = bits;
      for (long each : shape) {
        total = Math.multiplyExact(total, each);
      }
      if (length < 0 || total % 8 != 0 || total / 8 != length) {
        throw wrong(
            json,
            "`%s` takes %d bytes, but its shape and dtype need %s"
                .formatted(
                    name, length, total % 8 == 0 ? Long.toString(total / 8) : "a part of one"));
      }
    } catch (ArithmeticException e) {
      throw wrong(json, "the shape of `" + name + "` is too large");
    }
    return new Tensor(name, dtype, shape, LENGTH_BYTES + headerLength + begin, length);
  }

  private static List<Long> numbers(JsonParser json) {
    expect(json, JsonToken.START_ARRAY, "a list of numbers must be here");
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json, JsonToken.VALUE_NUMBER_INT, "a whole number must be here");
      long number = json.getLongValue();
      if (number < 0) {
        throw wrong(json, "a number is below 0");
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static void expect(JsonParser json, JsonToken token, String what) {
    if (json.currentToken() != token) {
      throw wrong(json, what);
    }
  }

  private void checkPlaces() {
    tensors.sort(Comparator.comparingLong(Tensor::offset).thenComparingLong(Tensor::length));
    long at = LENGTH_BYTES + headerLength;
    for (Tensor each : tensors) {
      if (each.offset() != at) {
        throw new DamagedContentException(
            Math.min(at, each.offset()),
            each.offset() > at
                ? "there is a hole before `" + each.name() + "`"
                : "`" + each.name() + "` lies over another tensor");
      }
      at += each.length();
    }
    if (at != fileSize) {
      throw new DamagedContentException(
          Math.min(at, fileSize),
          "the tensors end at byte %d, and the file at byte %d".formatted(at, fileSize));
    }
  }
}
