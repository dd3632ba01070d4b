package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.Json;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FhirTest {
  private static final Path SAMPLE = Checkout.folder().resolve("examples/hospital/landing/fhir");

  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path folder) {
    RunningGateway.write(folder, "assets/fhir/coverage.sql", "SELECT 1 AS n");
    station = RunningGateway.in(folder);
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private HttpResponse<byte[]> send(String type, byte[] body, String... headers) {
    HttpRequest.Builder request =
        station
            .request("/api/v1/ingest/fhir")
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return station.send(request);
  }

  private HttpResponse<byte[]> send(String body) {
    return send("application/fhir+json", body.getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode landed(HttpResponse<byte[]> accepted) {
    return station.landed(accepted);
  }

  /** What Python's own libraries read out of the same files. */
  @Test
  void sample_isLandedAsAnIndependentReaderReadsIt() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                Checkout.folder()
                    .resolve("tarn-gateway/src/test/python/fhir_expected.py")
                    .toString()));
    for (String name : List.of("Patient.ndjson.gz", "AllergyIntolerance.ndjson.gz")) {
      Path file = SAMPLE.resolve(name);
      command.add(file.toString());
      JsonNode delivery =
          landed(
              send(
                  "application/fhir+ndjson", Files.readAllBytes(file), "Content-Encoding", "gzip"));
      assertThat(delivery.path("state").asString()).as(delivery.toString()).isEqualTo("done");
    }
    JsonNode expected = Json.mapper().readTree(output(command));
    compare("patient", expected.path("Patient"));
    compare("allergy_intolerance", expected.path("AllergyIntolerance"));
  }

  private void compare(String table, JsonNode expected) {
    assertThat(expected.size()).isPositive();
    String columns =
        expected.get(0).propertyNames().stream()
            .map(
                name ->
                    switch (station.value(
                        "SELECT data_type FROM duckdb_columns() WHERE schema_name = 'fhir'"
                            + " AND table_name = '%s' AND column_name = '%s'"
                                .formatted(table, name))) {
                      case "TIMESTAMP WITH TIME ZONE" -> "%1$s := epoch_us(%1$s)".formatted(name);
                      case "DATE" -> "%1$s := %1$s::VARCHAR".formatted(name);
                      default -> "%1$s := %1$s".formatted(name);
                    })
            .collect(Collectors.joining(", "));
    JsonNode rows =
        Json.mapper()
            .readTree(
                station.value(
                    "SELECT to_json(list(struct_pack(%s) ORDER BY id)) FROM fhir.%s"
                        .formatted(columns, table)));
    assertThat(rows.size()).isEqualTo(expected.size());
    for (int at = 0; at < expected.size(); at++) {
      assertThat(rows.get(at)).isEqualTo(expected.get(at));
    }
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @Test
  void bundle_isTakenApart_andALaterOneReplacesById() {
    String bundle =
        """
        {"resourceType": "Bundle", "type": "transaction", "entry": [
          {"fullUrl": "urn:uuid:7a1", "resource": {"resourceType": "Encounter", "status": "%s",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
            "subject": {"reference": "urn:uuid:p-1"},
            "period": {"start": "2026-03-29T01:30:00+01:00", "end": "2026-03-30"}},
           "request": {"method": "POST", "url": "Encounter"}},
          {"resource": {"resourceType": "Observation", "id": "o-1", "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}], "text": "Creatinine"},
            "subject": {"reference": "https://ehr.example/fhir/Patient/p-1/_history/2"},
            "effectiveDateTime": "2026-03", "valueQuantity": {"value": 1.10, "unit": "mg/dL"}},
           "request": {"method": "PUT", "url": "Observation/o-1"}}]}""";
    JsonNode first = landed(send(bundle.formatted("in-progress")));
    assertThat(first.path("rows").asInt()).as(first.toString()).isEqualTo(2);
    assertThat(first.path("tables").size()).isEqualTo(2);
    assertThat(
            station.value(
                "SELECT concat_ws('|', id, status, class_code, subject_id, epoch_us(started),"
                    + " started_date, ended, ended_date) FROM fhir.encounter"))
        // 2026-03-29T00:30:00Z; the end is a day without a time.
        .isEqualTo("7a1|in-progress|IMP|p-1|1774744200000000|2026-03-29|2026-03-30");
    assertThat(
            station.value(
                "SELECT concat_ws('|', code_code, code_display, subject_type, subject_id,"
                    + " value_number, value_unit, effective_date IS NULL,"
                    + " resource::VARCHAR LIKE '%\"value\":1.10,%') FROM fhir.observation"))
        .isEqualTo("2160-0|Creatinine|Patient|p-1|1.1|mg/dL|true|true");
    landed(send(bundle.formatted("finished")));
    assertThat(station.value("SELECT string_agg(status) FROM fhir.encounter"))
        .isEqualTo("finished");
    assertThat(station.value("SELECT count(*) FROM fhir.observation")).isEqualTo("1");
  }

  @Test
  void lastOfSeveralWithOneId_counts() {
    landed(
        send(
            "application/x-ndjson",
            """
            {"resourceType":"Device","id":"d","status":"active"}
            {"id":"d","status":"inactive","resourceType":"Device"}
            """
                .getBytes(StandardCharsets.UTF_8)));
    assertThat(station.value("SELECT string_agg(status) FROM fhir.device")).isEqualTo("inactive");
  }

  @Test
  void whatDoesNotFit_isNamed_andNothingIsKept() {
    HttpResponse<byte[]> response =
        send(
            """
            {"resourceType": "Bundle", "type": "collection", "entry": [
              {"resource": {"resourceType": "Location", "id": "l", "name": "Ward 7"}},
              {"resource": {"resourceType": "Location", "id": "l 2", "name": "Ward 8"}},
              {"resource": {"resourceType": "Locaton", "id": "l3"}},
              {"resource": {"resourceType": "Patient", "id": "p", "birthDate": "2026-02-30",
                "active": "yes", "deceasedDateTime": "2026-01-01T25:00:00Z"}}]}""");
    assertThat(response.statusCode()).as(text(response)).isEqualTo(422);
    assertThat(json(response).path("errors").findValuesAsString("field"))
        .containsExactly(
            "[1].entry[1].resource.id",
            "[1].entry[2].resource.resourceType",
            "[1].entry[3].resource.active",
            "[1].entry[3].resource.birthDate",
            "[1].entry[3].resource.deceasedDateTime");
    assertThat(
            station.value(
                "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'fhir'"
                    + " AND table_name = 'location'"))
        .isEqualTo("0");
  }

  @Test
  void whatIsNoCurrentResource_isRefused() {
    String entry = "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}";
    String group = "{\"resource\":{\"resourceType\":\"Group\",\"id\":\"g\"}%s}";
    for (String body :
        List.of(
            entry.formatted("history", group.formatted("")),
            entry.formatted(
                "transaction", "{\"request\":{\"method\":\"DELETE\",\"url\":\"Group/g\"}}"),
            entry.formatted("batch", group.formatted(",\"request\":{\"method\":\"PATCH\"}")),
            entry.formatted("collection", ""),
            "{\"resourceType\":\"Group\",\"id\":\"g\",\"id\":\"h\"}",
            "{\"resourceType\":\"Group\",\"id\":\"g\"",
            "[1]",
            "")) {
      assertThat(send(body).statusCode()).as(body).isEqualTo(422);
    }
    assertThat(send("text/csv", new byte[] {1}).statusCode()).isEqualTo(415);
  }

  @Test
  void tableOfAnAsset_takesNone() {
    assertThat(send("{\"resourceType\":\"Coverage\",\"id\":\"c\"}").statusCode()).isEqualTo(409);
  }

  @Test
  void tablesThatTheKeyDoesNotShow_takeNone(@TempDir Path folder) {
    try (RunningGateway guarded = RunningGateway.in(folder)) {
      guarded.with(guarded.makeKey("ingester", "fhir.patient"));
      for (String type : List.of("Patient", "Device")) {
        HttpResponse<byte[]> response =
            guarded.send(
                guarded
                    .request("/api/v1/ingest/fhir")
                    .header("Content-Type", "application/fhir+json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"resourceType\":\"%s\",\"id\":\"x\"}".formatted(type))));
        assertThat(response.statusCode())
            .as(text(response))
            .isEqualTo(type.equals("Patient") ? 202 : 403);
      }
    }
  }
}
