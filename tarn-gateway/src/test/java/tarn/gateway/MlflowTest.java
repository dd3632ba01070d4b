package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.Checkout;

class MlflowTest {
  @TempDir Path folder;

  @Test
  void client_getsBackWhatItLogged() throws Exception {
    try (RunningGateway station = RunningGateway.in(folder.resolve("station"))) {
      String operator = station.makeKey("operator");
      Path out = folder.resolve("out");
      Process client =
          new ProcessBuilder(
                  Checkout.folder().resolve(".tarn/venv-files/bin/python").toString(),
                  Checkout.folder()
                      .resolve("tarn-gateway/src/test/oracle/mlflow_artifacts.py")
                      .toString(),
                  station.gateway().url(),
                  operator,
                  folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      assertThat(client.waitFor()).as(Files.readString(out)).isZero();

      assertThat(station.value("SELECT count(*) FROM mlflow.artifacts")).isEqualTo("3");
      String root = "/api/2.0/mlflow-artifacts/artifacts";
      station.with(operator);
      assertThat(json(station.get(root)).path("files").get(0).path("path").asString())
          .isEqualTo("sepsis");
      assertThat(station.send(station.request(root + "/sepsis/%2A").DELETE()).statusCode())
          .isEqualTo(400);
      station.with(station.makeKey("ingester"));
      assertThat(station.send(station.request(root + "/sepsis").DELETE()).statusCode())
          .isEqualTo(403);
      assertThat(station.value("SELECT count(*) FROM mlflow.artifacts")).isEqualTo("3");
    }
  }
}
