package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.BareEngine;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngestTest {
  private Path folder;
  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    RunningGateway.write(folder, "assets/mart/made.sql", "SELECT 1 AS n");
    station = RunningGateway.in(folder, Map.of("TARN_SERVE_MAX_UPLOAD", "1MB"));
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private HttpResponse<byte[]> send(String table, String type, byte[] body, String... headers) {
    HttpRequest.Builder request =
        station
            .request("/api/v1/ingest/" + table)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return station.send(request);
  }

  private JsonNode landed(HttpResponse<byte[]> accepted) {
    return station.landed(accepted);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void csv_isLandedWithItsMalformedRowsInTheQuarantine() throws Exception {
    station.sql(
        "CREATE SCHEMA lab", "CREATE TABLE lab.results (id INTEGER, taken DATE, value DOUBLE)");
    JsonNode delivery =
        landed(
            send(
                "lab/results",
                "text/csv",
                bytes("id,taken,value\n1,2026-01-02,3.5\nx,2026-01-02,1\n2,2026-01-03,4\n")));
    assertThat(delivery.path("state").asString()).as(delivery.toString()).isEqualTo("done");
    assertThat(delivery.path("rows").asInt()).isEqualTo(2);
    assertThat(delivery.path("quarantined").asInt()).isEqualTo(1);
    assertThat(station.value("SELECT sum(value) FROM lab.results")).isEqualTo("7.5");
    assertThat(station.value("SELECT count(*) FROM lab.results_quarantine")).isEqualTo("1");
  }

  @Test
  void csvWithoutAColumn_isRefusedByItsName() {
    station.sql(
        "CREATE SCHEMA IF NOT EXISTS clinic", "CREATE TABLE clinic.t (a INTEGER, b INTEGER)");
    HttpResponse<byte[]> response = send("clinic/t", "text/csv", bytes("a,c\n1,2\n"));
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(json(response).path("errors").path(0).path("field").asString()).isEqualTo("b");
  }

  @Test
  void ndjsonAndJson_makeTheirTable() throws Exception {
    landed(send("fresh/lines", "application/x-ndjson", bytes("{\"a\":1}\n{\"a\":2}\n")));
    assertThat(station.value("SELECT sum(a)::INTEGER FROM fresh.lines")).isEqualTo("3");
    landed(send("fresh/array", "application/json", bytes("[{\"a\":1},{\"a\":5}]")));
    assertThat(station.value("SELECT sum(a)::INTEGER FROM fresh.\"array\"")).isEqualTo("6");
  }

  @Test
  void xml_isARowOfText() throws Exception {
    landed(send("fresh/documents", "application/xml", bytes("<a>b</a>")));
    assertThat(station.value("SELECT count(*) FROM fresh.documents")).isEqualTo("1");
  }

  @Test
  void parquetAndArrow_areLanded() throws Exception {
    Path parquet = folder.resolve("p.parquet");
    try (BareEngine engine = BareEngine.start()) {
      engine.execute("COPY (SELECT range AS n FROM range(100)) TO '" + parquet + "'");
    }
    landed(send("fresh/parquet", "application/vnd.apache.parquet", Files.readAllBytes(parquet)));
    assertThat(station.value("SELECT sum(n)::INTEGER FROM fresh.parquet")).isEqualTo("4950");
    landed(send("fresh/arrow", "application/vnd.apache.arrow.stream", arrow()));
    assertThat(station.value("SELECT sum(n)::INTEGER FROM fresh.arrow")).isEqualTo("6");
    assertThat(
            send("fresh/arrow", "application/vnd.apache.arrow.stream", bytes("no arrow"))
                .statusCode())
        .isEqualTo(422);
  }

  private static byte[] arrow() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RootAllocator allocator = new RootAllocator();
        IntVector vector = new IntVector("n", allocator)) {
      vector.allocateNew(3);
      for (int at = 0; at < 3; at++) {
        vector.set(at, at + 1);
      }
      vector.setValueCount(3);
      try (VectorSchemaRoot root = VectorSchemaRoot.of(vector);
          ArrowStreamWriter writer = new ArrowStreamWriter(root, null, out)) {
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    return out.toByteArray();
  }

  @Test
  void packedBodies_areUnpacked_andCheckedAsTheyWereSent() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes("a\n1\n2\n"));
    }
    byte[] body = packed.toByteArray();
    String digest =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
    landed(
        send(
            "fresh/packed",
            "text/csv",
            body,
            "Content-Encoding",
            "gzip",
            "Content-Digest",
            "sha-256=:" + digest + ":"));
    assertThat(station.value("SELECT sum(a)::INTEGER FROM fresh.packed")).isEqualTo("3");
    body[20] ^= 1;
    assertThat(
            send(
                    "fresh/packed",
                    "text/csv",
                    bytes("a\n3\n"),
                    "Content-Digest",
                    "sha-256=:" + digest + ":")
                .statusCode())
        .isEqualTo(422);
    assertThat(send("fresh/packed", "text/csv", body, "Content-Encoding", "gzip").statusCode())
        .isIn(400, 422);
  }

  @Test
  void idempotencyKey_makesARetrySafe() throws Exception {
    byte[] body = bytes("a\n1\n");
    HttpResponse<byte[]> first = send("fresh/once", "text/csv", body, "Idempotency-Key", "k1");
    HttpResponse<byte[]> second = send("fresh/once", "text/csv", body, "Idempotency-Key", "k1");
    assertThat(json(second).path("id")).isEqualTo(json(first).path("id"));
    landed(first);
    assertThat(landed(send("fresh/once", "text/csv", body, "Idempotency-Key", "k1")).path("id"))
        .isEqualTo(json(first).path("id"));
    assertThat(station.value("SELECT count(*) FROM fresh.once")).isEqualTo("1");
    assertThat(
            send("fresh/once", "text/csv", bytes("a\n2\n"), "Idempotency-Key", "k1").statusCode())
        .isEqualTo(409);
  }

  @Test
  void whatCannotBeTaken_isRefused() {
    assertThat(send("mart/made", "text/csv", bytes("n\n1\n")).statusCode()).isEqualTo(409);
    assertThat(send("_tarn/materializations", "text/csv", bytes("n\n1\n")).statusCode())
        .isEqualTo(409);
    assertThat(send("fresh/x", "image/png", bytes("n\n1\n")).statusCode()).isEqualTo(415);
    assertThat(send("fresh/x", "text/csv", new byte[0]).statusCode()).isEqualTo(422);
    assertThat(send("fresh/x", "text/csv", new byte[1_100_000]).statusCode()).isEqualTo(413);
    assertThat(station.get("/api/v1/ingest/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void acceptedDelivery_isLandedByTheNextStart_onceOnly(@TempDir Path other) throws Exception {
    String id;
    try (RunningGateway first = RunningGateway.in(other)) {
      HttpResponse<byte[]> accepted =
          first.send(
              first
                  .request("/api/v1/ingest/raw/t")
                  .header("Content-Type", "text/csv")
                  .POST(HttpRequest.BodyPublishers.ofString("a\n1\n2\n")));
      id = json(accepted).path("id").asString();
      for (int waited = 0; waited < 200 && !state(first, id).equals("done"); waited++) {
        Thread.sleep(50);
      }
    }
    // As a crash right after the commit leaves it: landed, and not said so.
    Path record = other.resolve("ingest/records/" + id + ".json");
    Files.writeString(
        record, Files.readString(record).replace("\"state\":\"done\"", "\"state\":\"writing\""));
    Files.writeString(other.resolve("ingest/" + id + ".csv"), "a\n1\n2\n");
    try (RunningGateway second = RunningGateway.in(other)) {
      for (int waited = 0; waited < 200 && !state(second, id).equals("done"); waited++) {
        Thread.sleep(50);
      }
      assertThat(json(second.get("/api/v1/ingest/" + id)).path("rows").asInt()).isEqualTo(2);
      assertThat(second.value("SELECT count(*) FROM raw.t")).isEqualTo("2");
    }
  }

  private static String state(RunningGateway station, String id) {
    return json(station.get("/api/v1/ingest/" + id)).path("state").asString();
  }
}
