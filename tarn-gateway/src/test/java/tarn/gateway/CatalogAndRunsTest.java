package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class CatalogAndRunsTest {
  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path folder) throws InterruptedException {
    RunningGateway.write(
        folder,
        "assets/raw/people.sql",
        """
        /* tarn
        description = "Everybody"
        checks = [ { not_null = ["id"] } ]
        */
        SELECT range AS id, 'p' || range AS name, DATE '2000-01-01' + range::INTEGER AS born FROM range(10)
        """);
    RunningGateway.write(
        folder,
        "assets/mart/ages.sql",
        """
        WITH old AS (SELECT id, upper(name) AS label, born FROM raw.people WHERE born < DATE '2010-01-01')
        SELECT label, count(*) AS people, max(born) AS youngest FROM old o
        WHERE id IN (SELECT id FROM raw.people) GROUP BY label
        """);
    RunningGateway.write(
        folder,
        "assets/mart/slow.sql",
        "SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range) > hash(b.range)");
    station = RunningGateway.in(folder);
    assertThat(run("mart/ages", "{\"upstream\":true}").path("state").asString()).isEqualTo("done");
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private JsonNode run(String key, String options) throws InterruptedException {
    HttpResponse<byte[]> started = station.post("/api/v1/assets/" + key + "/materialize", options);
    assertThat(started.statusCode()).as(text(started)).isEqualTo(202);
    String location = started.headers().firstValue("Location").orElseThrow();
    for (int waited = 0; waited < 300; waited++) {
      JsonNode run = json(station.get(location));
      if (!List.of("running", "cancelling").contains(run.path("state").asString())) {
        return run;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the run does not end");
  }

  @Test
  void tables_areTheCatalogs() {
    JsonNode items = json(station.get("/api/v1/catalog/tables?schema=raw")).path("items");
    assertThat(items).hasSize(1);
    assertThat(items.path(0).path("rows").asInt()).isEqualTo(10);
    assertThat(items.path(0).path("comment").asString()).isEqualTo("Everybody");
    JsonNode table = json(station.get("/api/v1/catalog/tables/raw/people"));
    assertThat(table.path("columns").path(0).path("name").asString()).isEqualTo("id");
    assertThat(table.path("columns").path(0).path("statistics").path("maximum").asString())
        .isEqualTo("9");
    assertThat(table.path("files").asInt()).isEqualTo(1);
    assertThat(station.get("/api/v1/catalog/tables/raw/nobody").statusCode()).isEqualTo(404);
    assertThat(text(station.get("/api/v1/catalog/schemas"))).contains("\"mart\"", "\"raw\"");
  }

  @Test
  void snapshots_comePageByPage() {
    List<Long> ids = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = json(station.get("/api/v1/catalog/snapshots?limit=2" + cursor));
      page.path("items").forEach(item -> ids.add(item.path("id").asLong()));
      cursor = page.path("next").isNull() ? "" : "&cursor=" + page.path("next").asString();
    } while (!cursor.isEmpty());
    assertThat(ids)
        .isSortedAccordingTo(java.util.Comparator.reverseOrder())
        .doesNotHaveDuplicates();
    assertThat(ids.getLast()).isZero();
  }

  @Test
  void changes_areThoseBetweenTheSnapshots() {
    station.sql("CREATE SCHEMA feed", "CREATE TABLE feed.t AS SELECT 1 AS n");
    String before = station.value("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')");
    station.sql("INSERT INTO feed.t VALUES (2)", "DELETE FROM feed.t WHERE n = 1");
    JsonNode changes =
        json(station.get("/api/v1/catalog/changes?schema=feed&table=t&from=" + before));
    List<String> seen = new ArrayList<>();
    changes.forEach(row -> seen.add(row.path("change_type").asString() + row.path("n").asInt()));
    assertThat(seen).containsExactlyInAnyOrder("insert2", "delete1");
    assertThat(station.get("/api/v1/catalog/changes?schema=feed").statusCode()).isEqualTo(400);
  }

  @Test
  void assets_sayHowTheyStand() {
    JsonNode items = json(station.get("/api/v1/assets")).path("items");
    assertThat(items).hasSize(3);
    JsonNode people = json(station.get("/api/v1/assets/raw/people"));
    assertThat(people.path("state").asString()).isEqualTo("current");
    assertThat(people.path("dependents").toString()).isEqualTo("[\"mart/ages\"]");
    assertThat(people.path("checks").path(0).path("passed").asBoolean()).isTrue();
    assertThat(people.path("materializations").path(0).path("rows").asInt()).isEqualTo(10);
    assertThat(people).isEqualTo(json(station.get("/api/v1/assets/raw%2Fpeople")));
    assertThat(station.get("/api/v1/assets/raw/nobody").statusCode()).isEqualTo(404);
  }

  @Test
  void lineage_leadsToTheColumns() {
    JsonNode lineage = json(station.get("/api/v1/lineage/mart/ages"));
    assertThat(lineage.path("upstream").toString())
        .isEqualTo("[{\"from\":\"raw/people\",\"to\":\"mart/ages\"}]");
    JsonNode columns = lineage.path("columns").path("columns");
    assertThat(columns.path("label").toString())
        .isEqualTo("[{\"table\":\"raw.people\",\"column\":\"name\"}]");
    assertThat(columns.path("youngest").toString())
        .isEqualTo("[{\"table\":\"raw.people\",\"column\":\"born\"}]");
    assertThat(columns.path("people")).isEmpty();
    assertThat(lineage.path("columns").path("exact").asBoolean()).isTrue();
  }

  @Test
  void run_isHeardWhileItGoesOn_andStopped() throws Exception {
    HttpResponse<byte[]> started = station.post("/api/v1/assets/mart/slow/materialize", "{}");
    String id = json(started).path("id").asString();
    var events = station.sendAsync(station.request("/api/v1/runs/" + id + "/events"));
    Thread.sleep(500);
    assertThat(json(station.get("/api/v1/runs/" + id)).path("state").asString())
        .isEqualTo("running");
    assertThat(
            station
                .send(
                    station
                        .request("/api/v1/runs/" + id + "/cancel")
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(202);
    HttpResponse<byte[]> heard = events.get(30, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(heard.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(text(heard))
        .containsSubsequence(
            "event: run_started",
            "event: asset_started",
            "event: asset_ended",
            "event: run_ended",
            "\"state\":\"interrupted\"");
    assertThat(json(station.get("/api/v1/runs")).path("items").path(0).path("id").asString())
        .isEqualTo(id);
    HttpResponse<byte[]> rest =
        station.send(
            station.request("/api/v1/runs/" + id + "/events").header("Last-Event-ID", "3"));
    assertThat(text(rest)).startsWith("id: 4\n");
  }

  @Test
  void zz_keysSeeOnlyTheirOwn() {
    station.with(station.makeKey("reader", "mart"));
    assertThat(text(station.get("/api/v1/catalog/tables"))).doesNotContain("people\"");
    assertThat(json(station.get("/api/v1/assets")).path("items")).hasSize(2);
    assertThat(station.get("/api/v1/assets/raw/people").statusCode()).isEqualTo(404);
    assertThat(text(station.get("/api/v1/lineage/mart/ages"))).doesNotContain("raw");
    assertThat(station.get("/api/v1/catalog/changes?schema=raw&table=people").statusCode())
        .isEqualTo(403);
    assertThat(station.post("/api/v1/assets/mart/ages/materialize", "{}").statusCode())
        .isEqualTo(403);
    assertThat(text(station.get("/api/v1/runs"))).doesNotContain("raw/people");
  }
}
