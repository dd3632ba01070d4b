package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is expected stands here as the OMOP CDM 5.4 defines it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OmopTest {
  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path folder) {
    station = RunningGateway.in(folder);
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private HttpResponse<byte[]> send(String path, String csv) {
    return station.send(
        station
            .request("/api/v1/ingest/" + path)
            .header("Content-Type", "text/csv")
            .POST(HttpRequest.BodyPublishers.ofString(csv)));
  }

  @Test
  void csv_isTypedByTheModel_andWhatDoesNotFitIsReported() {
    JsonNode delivery =
        station.landed(
            send(
                "omop/death",
                """
                person_id,death_date,death_datetime,death_type_concept_id,cause_source_value
                1,2026-01-05,2026-01-05 10:00:00,32817,I21
                2,05.01.2026,,32817,
                ,2026-01-05,,32817,
                4,2026-01-05,,32817.5,
                5,,,,
                99999999999,2026-01-05,,,
                7,2026-01-07,,,%s
                """
                    .formatted("x".repeat(51))));
    assertThat(delivery.path("state").asString()).as(delivery.toString()).isEqualTo("done");
    assertThat(delivery.path("model").asString()).isEqualTo("omop-cdm-5.4");
    assertThat(delivery.path("rows").asInt()).isEqualTo(2);
    assertThat(delivery.path("quarantined").asInt()).isEqualTo(5);
    assertThat(delivery.path("misfits").values())
        .extracting(
            misfit ->
                "%s: %s (%d, line %s)"
                    .formatted(
                        misfit.path("column").asString(),
                        misfit.path("reason").asString(),
                        misfit.path("rows").asInt(),
                        misfit.path("line")))
        .containsExactlyInAnyOrder(
            "death_date: a value is no DATE (1, line 3)",
            "person_id: it has no value (1, line 4)",
            "death_type_concept_id: a value is no INTEGER (1, line 5)",
            "death_date: it has no value (1, line 6)",
            "person_id: a value is no INTEGER (1, line 7)",
            "cause_source_value: a text is longer than 50 characters, and is kept as it is"
                + " (1, line null)");
    assertThat(
            station.value(
                "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_index)"
                    + " FROM duckdb_columns() WHERE schema_name = 'omop' AND table_name = 'death'"))
        .startsWith(
            "person_id INTEGER, death_date DATE, death_datetime TIMESTAMP,"
                + " death_type_concept_id INTEGER, cause_concept_id INTEGER,"
                + " cause_source_value VARCHAR, cause_source_concept_id INTEGER");
    assertThat(station.value("SELECT string_agg(person_id ORDER BY person_id) FROM omop.death"))
        .isEqualTo("1,7");
  }

  @Test
  void fileWithoutOptionalFields_followsOneThatHasThem() {
    station.landed(send("omop/location", "location_id;city;zip\n1;Berlin;10115\n"));
    JsonNode delivery = station.landed(send("omop/location", "location_id\n2\n"));
    assertThat(delivery.path("rows").asInt()).as(delivery.toString()).isEqualTo(1);
    assertThat(
            station.value(
                "SELECT string_agg(concat_ws(' ', location_id, city, zip), ',' ORDER BY location_id)"
                    + " FROM omop.location"))
        .isEqualTo("1 Berlin 10115,2");
  }

  @Test
  void datesOfTheVocabularies_areReadAsTheyAreWritten() {
    JsonNode delivery =
        station.landed(
            send(
                "vocabulary/concept_relationship?model=omop-cdm-5.4&dateformat=%25Y%25m%25d",
                """
                concept_id_1\tconcept_id_2\trelationship_id\tvalid_start_date\tvalid_end_date\tinvalid_reason
                1\t2\tMaps to\t19700101\t20991231\t
                """));
    assertThat(delivery.path("rows").asInt()).as(delivery.toString()).isEqualTo(1);
    assertThat(station.value("SELECT valid_end_date FROM vocabulary.concept_relationship"))
        .isEqualTo("2099-12-31");
  }

  @Test
  void headerThatDoesNotFit_isNamedFieldByField() {
    HttpResponse<byte[]> response =
        send("omop/person", "person_id,gender_concept_id,year_of_brith\n1,8507,1970\n");
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(json(response).path("errors").findValuesAsString("field"))
        .containsExactly(
            "year_of_birth", "race_concept_id", "ethnicity_concept_id", "year_of_brith");
    assertThat(text(response)).contains("did you mean `year_of_birth`?");
  }

  @Test
  void tableThatTheModelDoesNotHave_isRefused() {
    HttpResponse<byte[]> response = send("omop/persons", "a\n1\n");
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(text(response)).contains("did you mean `person`?");
    assertThat(send("raw/person?model=fhir", "a\n1\n").statusCode()).isEqualTo(400);
  }
}
