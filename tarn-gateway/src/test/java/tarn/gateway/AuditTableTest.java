package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The trail as a table, for those who may see it. */
class AuditTableTest {
  private static final String ASK =
      "{\"sql\":\"SELECT name, action, \\\"tables\\\", status, outcome, \\\"rows\\\" FROM _tarn.audit"
          + " WHERE action = 'POST /api/v1/query' ORDER BY time\"}";

  @TempDir Path folder;

  @Test
  void administrator_asksTheTrailInSql() {
    try (RunningGateway station = RunningGateway.in(folder)) {
      station.sql("CREATE TABLE patients AS SELECT unnest(['Ann', 'Bob']) AS name");
      String reader = station.makeKey("reader");
      String admin = station.makeKey("admin");
      assertThat(json(station.with(admin).post("/api/v1/query", ASK))).isEmpty();
      station.with(reader).post("/api/v1/query", "{\"sql\":\"SELECT name FROM patients\"}");
      station.post("/api/v1/query", "{\"sql\":\"SELECT nothing FROM patients\"}");
      JsonNode rows = json(station.with(admin).post("/api/v1/query", ASK));
      assertThat(rows.toString())
          .isEqualTo(
              "[{\"name\":\"admin\",\"action\":\"POST /api/v1/query\",\"tables\":[\"_tarn.audit\"],"
                  + "\"status\":200,\"outcome\":\"ok\",\"rows\":0},"
                  + "{\"name\":\"reader\",\"action\":\"POST /api/v1/query\",\"tables\":[\"main.patients\"],"
                  + "\"status\":200,\"outcome\":\"ok\",\"rows\":2},"
                  + "{\"name\":\"reader\",\"action\":\"POST /api/v1/query\",\"tables\":[\"main.patients\"],"
                  + "\"status\":400,\"outcome\":\"query.invalid\",\"rows\":0}]");
      assertThat(json(station.get("/api/v1/data/_tarn/audit?columns=status&limit=1")).path("items"))
          .hasSize(1);
    }
  }

  @Test
  void nobodyElse_learnsOfIt() {
    try (RunningGateway station = RunningGateway.in(folder)) {
      for (String key :
          new String[] {
            station.makeKey("reader"),
            station.makeKey("operator"),
            station.makeKey("admin", "main"),
            station.makeKey("admin", "_tarn")
          }) {
        HttpResponse<byte[]> response = station.with(key).post("/api/v1/query", ASK);
        assertThat(response.statusCode()).as(text(response)).isEqualTo(403);
      }
    }
  }
}
