package tarn.gateway.ingest;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.lake.TableName;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * A JSON Schema that every record of a table's deliveries must keep to: {@code
 * schemas/<schema>/<table>.json} in the station's folder. Nothing is fetched from elsewhere.
 */
final class DeclaredSchema {
  /** More are not told; the first ones show what is wrong. */
  private static final int MOST_ERRORS = 100;

  private static final ObjectReader ONE_OF_MANY =
      Json.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final Schema schema;

  private DeclaredSchema(Path file, Schema schema) {
    this.file = file;
    this.schema = schema;
  }

  static Optional<DeclaredSchema> of(Path station, TableName table) throws IOException {
    Path folder = station.resolve("schemas").toAbsolutePath().normalize();
    Path file = folder.resolve(table.schema()).resolve(table.table() + ".json").normalize();
    if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new DeclaredSchema(
              file,
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                  .getSchema(Files.readString(file))));
    } catch (SchemaException | JacksonException e) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID, file + " is no JSON Schema: " + e.getMessage(), "Mend it.", e);
    }
  }

  /**
   * What is wrong with the records of a file, which are the members of an array or follow each
   * other.
   *
   * @throws TarnException {@code ingest.invalid} when the file is no JSON
   */
  List<Map<String, Object>> errors(Path records) throws IOException {
    List<Map<String, Object>> errors = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(records));
        JsonParser parser = Json.mapper().createParser(in)) {
      long number = 0;
      boolean array = false;
      for (JsonToken token = parser.nextToken();
          token != null && errors.size() < MOST_ERRORS;
          token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY && !array) {
          array = true;
        } else if (token == JsonToken.END_ARRAY) {
          array = false;
        } else {
          JsonNode record = ONE_OF_MANY.readTree(parser);
          check(++number, record, errors);
        }
      }
    } catch (JacksonException e) {
      throw new TarnException(
          ErrorCode.INGEST_INVALID,
          "The body is no valid JSON: " + e.getOriginalMessage(),
          "Mend the delivery and send it again.",
          e);
    }
    return errors;
  }

  private void check(long number, JsonNode record, List<Map<String, Object>> errors) {
    try {
      for (Error error : schema.validate(record)) {
        if (errors.size() < MOST_ERRORS) {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("field", "[" + number + "]" + error.getInstanceLocation());
          fields.put("error", error.getMessage());
          errors.add(fields);
        }
      }
    } catch (SchemaException e) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          file + " cannot be followed: " + e.getMessage(),
          "Mend it; what it refers to must be in the file itself.",
          e);
    }
  }
}
