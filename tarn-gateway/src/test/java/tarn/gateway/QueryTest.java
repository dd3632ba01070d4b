package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.Json;
import tarn.testkit.BareEngine;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryTest {
  private Path folder;
  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    station =
        RunningGateway.in(
            folder, Map.of("TARN_SERVE_QUERY_SECONDS", "3", "TARN_SERVE_QUERY_ROWS", "300000"));
    station.sql(
        "CREATE SCHEMA omop",
        "CREATE TABLE omop.person AS SELECT range::INTEGER AS person_id,"
            + " 1900 + (range % 100)::INTEGER AS year_of_birth, 'name ' || range AS name"
            + " FROM range(1000)",
        "DELETE FROM omop.person WHERE person_id >= 990",
        "CREATE TABLE odd AS SELECT * FROM (VALUES (1, 'a,\"b\"'), (2, NULL), (3, ''),"
            + " (4, 'line\nline'), (5, 'ü')) AS t(n, text)");
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private HttpResponse<byte[]> query(String sql, String accept) {
    return station.send(
        station
            .request("/api/v1/query")
            .header("Content-Type", "application/json")
            .header("Accept", accept)
            .POST(HttpRequest.BodyPublishers.ofString(Json.line(Map.of("sql", sql)))));
  }

  @Test
  void json_isAnArrayOfObjects() {
    HttpResponse<byte[]> response =
        query("SELECT count(*) AS persons, max(name) AS last FROM omop.person", "application/json");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response))
        .isEqualTo(Json.mapper().readTree("[{\"persons\":990,\"last\":\"name 99\"}]"));
  }

  @Test
  void json_ofNoRows_isAnEmptyArray() {
    assertThat(json(query("SELECT 1 AS a WHERE false", "*/*"))).isEmpty();
  }

  @Test
  void ndjson_isOneObjectALine() {
    assertThat(text(query("SELECT n FROM odd ORDER BY n", "application/x-ndjson")))
        .isEqualTo("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n{\"n\":5}\n");
  }

  @Test
  void csv_isReadAsItWasByAnotherEngine() throws IOException {
    byte[] csv = query("SELECT * FROM odd ORDER BY n", "text/csv").body();
    Path file = Files.write(folder.resolve("result.csv"), csv);
    try (BareEngine engine = BareEngine.start()) {
      assertThat(
              engine.rows(
                  "SELECT n, text IS NULL, length(text), text FROM read_csv('%s', header = true, allow_quoted_nulls = false, columns = {'n': 'INT', 'text': 'VARCHAR'})"
                      .formatted(file)))
          .containsExactly(
              "1|false|5|a,\"b\"",
              "2|true|NULL|NULL",
              "3|false|0|",
              "4|false|9|line\nline",
              "5|false|1|ü");
    }
  }

  @Test
  void parquet_isReadByAnotherEngine() throws IOException {
    HttpResponse<byte[]> response =
        query("SELECT * FROM omop.person", "application/vnd.apache.parquet");
    Path file = Files.write(folder.resolve("result.parquet"), response.body());
    try (BareEngine engine = BareEngine.start()) {
      assertThat(engine.value("SELECT count(*) || ' ' || sum(person_id) FROM '" + file + "'"))
          .isEqualTo("990 489555");
    }
  }

  @Test
  void arrow_isAStreamOfBatches() throws IOException {
    HttpResponse<byte[]> response =
        query("SELECT range AS n FROM range(200000)", "application/vnd.apache.arrow.stream");
    long rows = 0;
    long sum = 0;
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(response.body()), allocator)) {
      while (reader.loadNextBatch()) {
        BigIntVector vector = (BigIntVector) reader.getVectorSchemaRoot().getVector("n");
        for (int row = 0; row < vector.getValueCount(); row++) {
          sum += vector.get(row);
        }
        rows += vector.getValueCount();
      }
    }
    assertThat(rows).isEqualTo(200_000);
    assertThat(sum).isEqualTo(19_999_900_000L);
  }

  @Test
  void accept_choosesByWeight() {
    assertThat(query("SELECT 1 AS a", "text/html, text/csv;q=0.5, application/x-ndjson;q=0.9"))
        .satisfies(
            response ->
                assertThat(response.headers().firstValue("Content-Type"))
                    .hasValue("application/x-ndjson"));
    assertThat(query("SELECT 1 AS a", "text/html").statusCode()).isEqualTo(406);
  }

  @Test
  void wrongQuery_saysWhereAndNothingMore() {
    HttpResponse<byte[]> response = query("SELECT nme FROM omop.person", "*/*");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("code").asString()).isEqualTo("query.invalid");
    assertThat(json(response).path("detail").asString()).contains("nme");
  }

  @Test
  void commit_isSeenByTheNextQuery() {
    station.sql("CREATE TABLE fresh AS SELECT 1 AS n");
    assertThat(text(query("SELECT n FROM fresh", "application/x-ndjson"))).isEqualTo("{\"n\":1}\n");
    station.sql("INSERT INTO fresh VALUES (2)");
    assertThat(text(query("SELECT count(*) AS c FROM fresh", "application/x-ndjson")))
        .isEqualTo("{\"c\":2}\n");
  }

  @Test
  void snapshotAndTime_readTheLakeAsItWas() throws InterruptedException {
    station.sql("CREATE TABLE past AS SELECT 1 AS n");
    String before = station.value("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')");
    Thread.sleep(50);
    Instant between = Instant.now();
    station.sql("INSERT INTO past VALUES (2)");
    assertThat(count("past", "\"snapshot\":" + before)).isEqualTo(1);
    assertThat(count("past", "\"at\":\"" + between + "\"")).isEqualTo(1);
    assertThat(count("past", "\"at\":\"" + Instant.now() + "\"")).isEqualTo(2);
    HttpResponse<byte[]> unknown =
        station.post("/api/v1/query", "{\"sql\":\"SELECT 1 AS a\",\"snapshot\":99999}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(json(unknown).path("code").asString()).isEqualTo("snapshot.unknown");
  }

  private int count(String table, String when) {
    HttpResponse<byte[]> response =
        station.post(
            "/api/v1/query", "{\"sql\":\"SELECT count(*) AS c FROM " + table + "\"," + when + "}");
    return json(response).path(0).path("c").asInt();
  }

  @Test
  void failureHalfWay_breaksTheConnection() {
    // The hundred-thousandth row fails, long after the first was sent.
    String sql =
        "SELECT CASE WHEN range = 250000 THEN error('half way') ELSE range END AS n,"
            + " 'some text that fills buffers' AS filler FROM range(290000)";
    for (String accept :
        List.of("text/csv", "application/json", "application/vnd.apache.arrow.stream")) {
      assertThatThrownBy(() -> query(sql, accept)).hasRootCauseInstanceOf(IOException.class);
    }
    assertThat(station.get("/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void rowsBeyondTheLimit_areNotSentAsIfTheyWereAll() {
    assertThatThrownBy(() -> query("SELECT range AS n FROM range(400000)", "text/csv"))
        .hasRootCauseInstanceOf(IOException.class);
    HttpResponse<byte[]> parquet =
        query("SELECT range AS n FROM range(400000)", "application/vnd.apache.parquet");
    assertThat(parquet.statusCode()).isEqualTo(400);
    assertThat(json(parquet).path("code").asString()).isEqualTo("query.limit-exceeded");
  }

  @Test
  void queryThatTakesTooLong_isStopped() {
    long start = System.nanoTime();
    HttpResponse<byte[]> response =
        query("SELECT count(*) AS c FROM range(100000000) a, range(100000000) b", "*/*");
    assertThat(json(response).path("code").asString()).isEqualTo("query.limit-exceeded");
    assertThat(json(response).path("detail").asString()).contains("more than 3 s");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
  }

  @Test
  void clientThatLeaves_isNotWorkedFor() throws Exception {
    String body =
        Json.line(Map.of("sql", "SELECT count(*) AS c FROM range(100000000) a, range(99999999) b"));
    try (Socket socket =
        new Socket(java.net.InetAddress.getLoopbackAddress(), station.gateway().port())) {
      socket
          .getOutputStream()
          .write(
              ("POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      Thread.sleep(700);
    }
    Path audit = folder.resolve("audit");
    Instant patience = Instant.now().plusSeconds(10);
    List<JsonNode> ended = List.of();
    while (ended.isEmpty() && Instant.now().isBefore(patience)) {
      Thread.sleep(100);
      ended =
          RunningGateway.auditLines(audit).stream()
              .filter(line -> line.path("outcome").asString().equals("interrupted"))
              .toList();
    }
    assertThat(ended).isNotEmpty();
    assertThat(ended.getFirst().path("seconds").asDouble()).isLessThan(2.9);
  }

  @Test
  void pages_holdEachRowOnce() {
    Set<Integer> seen = new LinkedHashSet<>();
    List<Integer> years = new ArrayList<>();
    String cursor = "";
    int pages = 0;
    do {
      HttpResponse<byte[]> response =
          station.get(
              "/api/v1/data/omop/person?columns=person_id,year_of_birth&order=-year_of_birth"
                  + "&filter=year_of_birth:ge:1950&limit=77"
                  + cursor);
      assertThat(response.statusCode()).isEqualTo(200);
      for (JsonNode row : json(response).path("items")) {
        assertThat(seen.add(row.path("person_id").asInt())).isTrue();
        years.add(row.path("year_of_birth").asInt());
      }
      JsonNode next = json(response).path("next");
      cursor = next.isNull() ? "" : "&cursor=" + next.asString();
      pages++;
      // A row that comes in between belongs to no page of this walk.
      station.sql("INSERT INTO omop.person VALUES (5000, 1999, 'late')");
    } while (!cursor.isEmpty());
    station.sql("DELETE FROM omop.person WHERE person_id = 5000");
    assertThat(pages).isEqualTo(7);
    assertThat(seen).hasSize(490).doesNotContain(5000);
    assertThat(years).isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  void filters_holdTogether() {
    HttpResponse<byte[]> response =
        station.get("/api/v1/data/omop/person?filter=person_id:in:1,2,3&filter=name:like:%25%202");
    assertThat(json(response).path("items")).hasSize(1);
    assertThat(json(response).path("items").path(0).path("person_id").asInt()).isEqualTo(2);
    assertThat(station.get("/api/v1/data/omop/person?filter=name:is:x").statusCode())
        .isEqualTo(400);
    assertThat(station.get("/api/v1/data/omop/person?limit=0").statusCode()).isEqualTo(400);
    assertThat(station.get("/api/v1/data/omop/nobody").statusCode()).isEqualTo(403);
  }
}
