package tarn.gateway.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;

/**
 * An error as RFC 9457 has it, with this program's stable code.
 *
 * @param trace of the request, when somebody follows it
 * @param errors what is wrong in single fields, where the error is about fields
 */
public record Problem(
    int status,
    ErrorCode code,
    String detail,
    String remedy,
    String instance,
    Optional<String> trace,
    List<Map<String, Object>> errors) {
  public static final String TYPE = "application/problem+json";

  public Problem {
    errors = List.copyOf(errors);
  }

  /** What a request with this number failed with. */
  public static Problem of(TarnException error, String instance) {
    int status = Statuses.of(error.code());
    boolean ours = status == 500;
    return new Problem(
        status,
        error.code(),
        ours ? "The station could not do this." : error.getMessage(),
        ours ? "Ask the station's operator, naming this instance." : error.remedy(),
        instance,
        Optional.empty(),
        error.getCause() instanceof InvalidFields fields ? fields.errors() : List.of());
  }

  Problem followedBy(Optional<String> number) {
    return new Problem(status, code, detail, remedy, instance, number, errors);
  }

  /** Carries what is wrong in single fields as the cause of an error. */
  public static final class InvalidFields extends Exception {
    private final transient List<Map<String, Object>> errors;

    public InvalidFields(List<Map<String, Object>> errors) {
      super(errors.size() + " fields");
      this.errors = List.copyOf(errors);
    }

    List<Map<String, Object>> errors() {
      return errors;
    }
  }

  byte[] json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", "urn:tarn:error:" + code.code());
    fields.put("title", title());
    fields.put("status", status);
    fields.put("detail", detail);
    fields.put("instance", instance);
    fields.put("code", code.code());
    fields.put("remedy", remedy);
    trace.ifPresent(number -> fields.put("trace_id", number));
    if (!errors.isEmpty()) {
      fields.put("errors", errors);
    }
    return Json.line(fields).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** The code as words: {@code query.not-read-only} is "query: not read only". */
  private String title() {
    return code.code().replace('-', ' ').replaceFirst("\\.", ": ");
  }
}
