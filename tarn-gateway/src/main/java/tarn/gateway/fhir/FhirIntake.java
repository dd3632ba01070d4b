package tarn.gateway.fhir;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.http.Problem;
import tools.jackson.databind.JsonNode;

/**
 * Sorts the resources of a body by their type, and reads out what becomes columns. Everything is
 * looked at before anything is accepted.
 */
public final class FhirIntake implements AutoCloseable {
  /** More are not told; the first ones show what is wrong. */
  private static final int MOST_ERRORS = 100;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final String UUID_PREFIX = "urn:uuid:";
  private static final Set<String> CURRENT =
      Set.of("collection", "transaction", "batch", "document", "message", "searchset");

  private final Function<String, Path> files;
  private final Map<String, Sorted> sorted = new LinkedHashMap<>();
  private final Map<String, OutputStream> outputs = new LinkedHashMap<>();
  private final List<Map<String, Object>> errors = new ArrayList<>();
  private long count;

  /**
   * @param files where the resources of a table are put
   */
  public FhirIntake(Function<String, Path> files) {
    this.files = files;
  }

  /**
   * Resources of one type.
   *
   * @param longest bytes of the longest line of its file
   */
  public record Sorted(String type, Path file, long resources, int longest) {
    /** The name of the table that they belong to. */
    public String table() {
      return ResourceTypes.table(type);
    }
  }

  /**
   * @throws TarnException {@code ingest.invalid} with each element that does not fit
   */
  public List<Sorted> sort(Path body) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(body), 1 << 17)) {
      Resources.read(in, new Sorting());
    }
    close();
    if (!errors.isEmpty()) {
      throw invalid("The delivery does not fit FHIR R4, or is not what can be kept.");
    }
    if (sorted.isEmpty()) {
      throw invalid("The delivery holds no resource.");
    }
    return List.copyOf(sorted.values());
  }

  private TarnException invalid(String what) {
    return new TarnException(
        ErrorCode.INGEST_INVALID,
        what,
        "Mend the delivery and send it again.",
        new Problem.InvalidFields(errors));
  }

  private void wrong(String field, String what) {
    if (errors.size() < MOST_ERRORS) {
      errors.add(Map.of("field", field, "error", what));
    }
  }

  private final class Sorting implements Resources.Sink {
    @Override
    public void bundle(String place, String type) {
      if (!CURRENT.contains(type)) {
        wrong(place + ".type", "a Bundle of this type does not hold the resources as they are now");
      }
    }

    @Override
    public void resource(
        String place, JsonNode resource, Optional<String> fullUrl, Optional<String> method)
        throws IOException {
      if (method.filter(verb -> !verb.equals("PUT") && !verb.equals("POST")).isPresent()) {
        wrong(place, "asks for `" + method.orElseThrow() + "`, and only PUT and POST are done");
        return;
      }
      if (!resource.isObject()) {
        wrong(place, "is no resource");
        return;
      }
      String type = resource.path("resourceType").asString("");
      if (!ResourceTypes.known(type)) {
        wrong(place + ".resourceType", "is no resource of FHIR R4");
        return;
      }
      String id =
          resource.path("id").isString()
              ? resource.path("id").asString()
              : fullUrl
                  .filter(url -> url.startsWith(UUID_PREFIX))
                  .map(url -> url.substring(UUID_PREFIX.length()))
                  .orElse("");
      if (!ID.matcher(id).matches()) {
        wrong(place + ".id", "is missing, or no id of FHIR");
        return;
      }
      Map<String, Object> row = row(place, type, id, resource);
      if (errors.isEmpty()) {
        write(type, row);
      }
    }
  }

  private Map<String, Object> row(String place, String type, String id, JsonNode resource) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("_number", count++);
    row.put("id", id);
    for (Promotion promotion : Promotion.of(type)) {
      Optional<Promotion.Found> found = promotion.in(resource);
      if (found.isPresent()) {
        try {
          Values.put(promotion, found.get().node(), row);
        } catch (Values.Unfit e) {
          wrong(place + "." + found.get().path(), e.what());
        }
      }
    }
    row.put("resource", Resources.EXACT.writeValueAsString(resource));
    return row;
  }

  private void write(String type, Map<String, Object> row) throws IOException {
    Path file = files.apply(ResourceTypes.table(type));
    OutputStream out = outputs.get(type);
    if (out == null) {
      out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 15);
      outputs.put(type, out);
    }
    byte[] line = (tarn.base.Json.line(row) + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(line);
    sorted.merge(
        type,
        new Sorted(type, file, 1, line.length),
        (before, one) ->
            new Sorted(
                type, file, before.resources() + 1, Math.max(before.longest(), one.longest())));
  }

  @Override
  public void close() throws IOException {
    for (OutputStream out : outputs.values()) {
      out.close();
    }
    outputs.clear();
  }
}
