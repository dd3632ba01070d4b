package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.Checkout;

/** Programs of others talk to the service; `./dev setup` installs them. */
class ClientsTest {
  private static final Path PYTHON =
      Checkout.folder().resolve(".tarn/venv-gateway/bin").toAbsolutePath();

  @TempDir Path folder;

  /** What it printed, when it ended well. */
  private static String run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("tarn-client", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(5, TimeUnit.MINUTES);
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
}
