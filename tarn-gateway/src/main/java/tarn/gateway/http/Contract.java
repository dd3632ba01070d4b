package tarn.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import tarn.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What the service promises: {@code spec/openapi.yaml}, which it carries and serves. */
public final class Contract {
  private static final String SOURCE = "/tarn/gateway/openapi.yaml";
  private static final Set<String> METHODS =
      Set.of("get", "head", "post", "put", "delete", "patch");

  private final JsonNode document;

  private Contract(JsonNode document) {
    this.document = document;
  }

  public static Contract read() {
    try (InputStream in = Contract.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IllegalStateException(SOURCE + " is not packaged");
      }
      return new Contract(
          YAMLMapper.builder()
              .build()
              .readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] json() {
    return Json.pretty(document).getBytes(StandardCharsets.UTF_8);
  }

  /** Each operation as {@code GET /health}. */
  public Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .propertyNames()
                    .forEach(
                        method -> {
                          if (METHODS.contains(method)) {
                            operations.add(
                                method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    return operations;
  }
}
