package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that are packed, and records that must keep to a schema. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadTest {
  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path folder) {
    RunningGateway.write(
        folder,
        "schemas/lab/checked.json",
        """
        {"type": "object", "required": ["id", "value"], "additionalProperties": false,
         "properties": {"id": {"type": "integer"}, "value": {"type": "number", "minimum": 0},
                        "unit": {"enum": ["mg/dL", "mmol/L"]}}}""");
    station = RunningGateway.in(folder);
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private HttpResponse<byte[]> send(String path, String type, byte[] body, String... headers) {
    HttpRequest.Builder request =
        station
            .request("/api/v1/ingest/" + path)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return station.send(request);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] zstd(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStream(packed)) {
      out.write(bytes(text));
    }
    return packed.toByteArray();
  }

  @Test
  void zstd_isUnpacked() throws Exception {
    byte[] packed = zstd("a\n1\n2\n");
    station.landed(send("lab/zstd", "text/csv", packed, "Content-Encoding", "zstd"));
    assertThat(station.value("SELECT sum(a)::INTEGER FROM lab.zstd")).isEqualTo("3");
    byte[] cut = java.util.Arrays.copyOf(packed, packed.length - 3);
    assertThat(send("lab/zstd", "text/csv", cut, "Content-Encoding", "zstd").statusCode())
        .isEqualTo(422);
    assertThat(send("lab/zstd", "text/csv", packed, "Content-Encoding", "br").statusCode())
        .isEqualTo(415);
  }

  @Test
  void records_keepToTheTablesSchema_orAreNamed() {
    HttpResponse<byte[]> refused =
        send(
            "lab/checked",
            "application/x-ndjson",
            bytes(
                """
                {"id": 1, "value": 4.5, "unit": "mg/dL"}
                {"id": "2", "value": -1}
                {"value": 3, "note": "x"}
                """));
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(422);
    assertThat(json(refused).path("errors").findValuesAsString("field"))
        .containsExactlyInAnyOrder("[2]/id", "[2]/value", "[3]", "[3]");
    station.landed(
        send(
            "lab/checked",
            "application/json",
            bytes("[{\"id\": 1, \"value\": 4.5}, {\"id\": 2, \"value\": 0}]")));
    assertThat(station.value("SELECT count(*) FROM lab.checked")).isEqualTo("2");
  }
}
