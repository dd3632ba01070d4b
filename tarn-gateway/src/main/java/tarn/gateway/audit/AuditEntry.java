package tarn.gateway.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One request. It names what was touched and how much, and never a value, a query's text or a key.
 *
 * @param who the caller's number, or {@code -} for nobody known
 * @param action the route, such as {@code POST /api/v1/query}
 * @param outcome {@code ok}, or the code of the error
 */
public record AuditEntry(
    Instant time,
    String request,
    String who,
    String name,
    String client,
    String action,
    List<String> tables,
    int status,
    String outcome,
    long rows,
    long bytes,
    double seconds) {

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", time.toString());
    fields.put("request", request);
    fields.put("who", who);
    fields.put("name", name);
    fields.put("client", client);
    fields.put("action", action);
    fields.put("tables", tables);
    fields.put("status", status);
    fields.put("outcome", outcome);
    fields.put("rows", rows);
    fields.put("bytes", bytes);
    fields.put("seconds", seconds);
    return fields;
  }
}
