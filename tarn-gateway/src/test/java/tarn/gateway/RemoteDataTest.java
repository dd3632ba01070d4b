package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.Json;
import tarn.testkit.emulator.Azurite;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;
import tools.jackson.databind.JsonNode;

/** Queries of a station whose data lie in a store reach what is granted there, and nothing else. */
@Tag("slow")
class RemoteDataTest {
  @TempDir Path folder;

  private static Map<String, String> settings(String store, String place) {
    return switch (store) {
      case "s3" ->
          Map.of(
              "TARN_DATA_PATH",
              "s3://" + place + "/lake/",
              "TARN_STORAGE_ENDPOINT",
              VersityGateway.shared().endpoint().toString(),
              "AWS_ACCESS_KEY_ID",
              S3Emulator.ACCESS_KEY,
              "AWS_SECRET_ACCESS_KEY",
              S3Emulator.SECRET_KEY);
      case "azure" ->
          Map.of(
              "TARN_DATA_PATH",
              "az://" + place + "/lake/",
              "AZURE_STORAGE_CONNECTION_STRING",
              Azurite.shared().connectionString());
      default -> throw new IllegalArgumentException(store);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3", "azure"})
  void queries_reachWhatIsGranted_andNothingElse(String store) {
    String place =
        store.equals("s3") ? VersityGateway.shared().newBucket() : Azurite.shared().newContainer();
    String scheme = store.equals("s3") ? "s3://" : "az://";
    RunningGateway.write(
        folder,
        "access.toml",
        """
        [roles.ward]
        grants = [ { schema = "main", table = "patients", filter = "ward = 7" } ]
        """);
    try (RunningGateway station = RunningGateway.in(folder, settings(store, place))) {
      station.sql(
          "CREATE TABLE patients AS SELECT * FROM (VALUES ('Ann', 7), ('Bob', 8)) v(name, ward)",
          "CREATE TABLE secrets AS SELECT 'hidden' AS text",
          "COPY (SELECT 'hidden' AS text) TO '" + scheme + place + "/lake/other.parquet'");
      String file = station.value("SELECT data_file FROM ducklake_list_files('lake', 'secrets')");
      assertThat(file).startsWith(scheme + place + "/lake/");
      station.with(station.makeKey("ward"));
      for (int round = 0; round < 2; round++) {
        HttpResponse<byte[]> response = ask(station, "SELECT name FROM patients");
        assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
        assertThat(json(response).toString()).isEqualTo("[{\"name\":\"Ann\"}]");
      }
      for (String sql :
          List.of(
              "SELECT * FROM secrets",
              "SELECT * FROM '" + file + "'",
              "SELECT * FROM read_parquet('" + file + "')",
              "SELECT * FROM '" + scheme + place + "/lake/other.parquet'",
              "SELECT * FROM read_blob('" + scheme + place + "/*')",
              "SELECT * FROM glob('" + scheme + place + "/**')",
              "SELECT * FROM read_text('" + VersityGateway.shared().endpoint() + "/x')",
              "SELECT * FROM duckdb_secrets()",
              "SELECT * FROM which_secret('" + file + "', 's3')",
              "SELECT current_setting('s3_secret_access_key')",
              "COPY patients TO '" + scheme + place + "/lake/x.parquet'")) {
        HttpResponse<byte[]> refused = ask(station, sql);
        assertThat(refused.statusCode()).as(sql + " " + text(refused)).isIn(400, 403);
        assertThat(text(refused))
            .doesNotContain("hidden")
            .doesNotContain(S3Emulator.SECRET_KEY)
            .doesNotContain(Azurite.ACCOUNT_KEY);
      }
      station.with(station.makeKey("operator"));
      station.landed(
          station.send(
              station
                  .request("/api/v1/ingest/main/visits")
                  .header("Content-Type", "text/csv")
                  .POST(HttpRequest.BodyPublishers.ofString("id\n1\n2\n"))));
      JsonNode count = json(ask(station, "SELECT count(*) AS n FROM visits"));
      assertThat(count.path(0).path("n").asInt()).isEqualTo(2);
    }
  }

  private static HttpResponse<byte[]> ask(RunningGateway station, String sql) {
    return station.post("/api/v1/query", Json.line(Map.of("sql", sql)));
  }
}
