package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.Checkout;

/** Programs of others talk to the service; `./dev setup` installs them. */
class ClientsTest {
  private static final Path PYTHON =
      Checkout.folder().resolve(".tarn/venv-gateway/bin").toAbsolutePath();

  @TempDir Path folder;

  /** What it printed, when it ended well. */
  private String run(String... command) throws IOException, InterruptedException {
    return run(Duration.ofMinutes(4), command);
  }

  private String run(Duration patience, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("tarn-client", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(patience);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String printed = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(ended && process.exitValue() == 0)
          .as(Arrays.toString(command) + "\n" + printed)
          .isTrue();
      return printed;
    } finally {
      Files.delete(output);
    }
  }

  @Test
  @Tag("slow")
  void python_sendsAndReadsEveryFormat() throws Exception {
    try (RunningGateway station = RunningGateway.in(folder)) {
      assertThat(
              run(
                  PYTHON.resolve("python").toString(),
                  Checkout.folder().resolve("tarn-gateway/src/test/python/clients.py").toString(),
                  station.gateway().url(),
                  station.makeKey("operator")))
          .isEqualTo("ok\n");
    }
  }

  @Test
  void curl_sendsAFileAndAsks() throws Exception {
    try (RunningGateway station = RunningGateway.in(folder)) {
      RunningGateway.write(folder, "results.csv", "id;value\n1;4,5\n2;x\n");
      String key = "Authorization: Bearer " + station.makeKey("operator");
      String url = station.gateway().url();
      assertThat(
              run(
                  "curl",
                  "-sS",
                  "--fail-with-body",
                  "-H",
                  key,
                  "-H",
                  "Content-Type: text/csv",
                  "-H",
                  "Expect: 100-continue",
                  "--data-binary",
                  "@" + folder.resolve("results.csv"),
                  url + "/api/v1/ingest/lab/results"))
          .contains("\"state\":\"received\"");
      for (int waited = 0; waited < 200; waited++) {
        String rows =
            run(
                "curl",
                "-sS",
                "-H",
                key,
                "--json",
                "{\"sql\":\"SELECT id, value FROM lab.results ORDER BY id\"}",
                "-H",
                "Accept: text/csv",
                url + "/api/v1/query");
        if (rows.startsWith("id")) {
          assertThat(rows).isEqualTo("id,value\n1,\"4,5\"\n2,x\n");
          return;
        }
        Thread.sleep(50);
      }
      throw new AssertionError("nothing was landed");
    }
  }

  /** Requests made up from the contract find no crash and no answer that it does not promise. */
  @Test
  @Tag("slow")
  void contract_holdsAgainstMadeUpRequests() throws Exception {
    madeUp(12, "examples,coverage,fuzzing", Duration.ofMinutes(4));
  }

  @Test
  @Tag("endurance")
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void contract_holdsAgainstManyMadeUpRequests() throws Exception {
    madeUp(400, "examples,coverage,fuzzing,stateful", Duration.ofHours(2));
  }

  private void madeUp(int examples, String phases, Duration patience) throws Exception {
    // What the examples of the contract name is there, so that they lead somewhere.
    RunningGateway.write(
        folder, "assets/omop/person.sql", "SELECT 1 AS person_id, 1950 AS year_of_birth");
    try (RunningGateway station =
        RunningGateway.in(folder, Map.of("TARN_SERVE_MAX_UPLOAD", "1MB"))) {
      station.sql(
          "CREATE SCHEMA omop",
          "CREATE TABLE omop.person AS SELECT 1 AS person_id, 1950 AS year_of_birth");
      List<String> command = new ArrayList<>();
      command.addAll(
          List.of(
              PYTHON.resolve("schemathesis").toString(),
              "run",
              station.gateway().url() + "/openapi.json",
              "--checks",
              "not_a_server_error,status_code_conformance,content_type_conformance,"
                  + "response_schema_conformance,response_headers_conformance,"
                  + "unsupported_method,ignored_auth",
              "--phases",
              phases,
              "--max-examples",
              Integer.toString(examples),
              "--seed",
              "20261123",
              "--generation-database",
              "none",
              "--request-timeout",
              "60",
              // The contract does not list yet what the routes of files may answer.
              "--exclude-path-regex",
              "^/(api/v1/files|api/2\\.0|dicomweb)",
              "--suppress-health-check",
              "all",
              "-H",
              "Authorization: Bearer " + station.makeKey("admin")));
      run(patience, command.toArray(String[]::new));
    }
  }
}
