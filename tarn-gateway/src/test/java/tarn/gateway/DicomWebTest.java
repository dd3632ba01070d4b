package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.Checkout;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DicomWebTest {
  private static final String STUDIES = "/dicomweb/other/studies";

  private RunningGateway station;
  private String ingester = "";

  @BeforeAll
  void start(@TempDir Path folder) {
    RunningGateway.write(
        folder,
        "access.toml",
        """
        [[roles.headers.grants]]
        schema = "pacs"
        table = "dicom_instances"
        filter = "patient_id = '1CT1'"
        """);
    station = RunningGateway.in(folder);
    ingester = station.makeKey("ingester");
    station.with(ingester);
  }

  @AfterAll
  void stop() {
    station.close();
  }

  @Test
  void client_getsWhatItStored_andGrantsHold(@TempDir Path folder) throws Exception {
    Path out = folder.resolve("out");
    Process client =
        new ProcessBuilder(
                Checkout.folder().resolve(".tarn/venv-files/bin/python").toString(),
                Checkout.folder().resolve("tarn-gateway/src/test/oracle/dicomweb.py").toString(),
                station.gateway().url(),
                station.makeKey("admin"))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(client.waitFor()).as(() -> read(out)).isZero();
    assertThat(Integer.parseInt(read(out).strip())).isGreaterThan(300);

    String headers = station.makeKey("headers");
    HttpResponse<byte[]> found = station.send(as(headers, "/dicomweb/pacs/studies"));
    assertThat(json(found)).hasSize(1);
    String study = json(found).get(0).path("0020000D").path("Value").get(0).asString();
    assertThat(
            station.send(as(headers, "/dicomweb/pacs/studies/" + study + "/metadata")).statusCode())
        .isEqualTo(200);
    // The rows of the collection are not granted, and so the bytes are not.
    assertThat(station.send(as(headers, "/dicomweb/pacs/studies/" + study)).statusCode())
        .isEqualTo(403);
    assertThat(
            station
                .send(
                    as(headers, "/dicomweb/pacs/studies")
                        .setHeader("Content-Type", "multipart/related; boundary=x")
                        .POST(BodyPublishers.ofString("--x--")))
                .statusCode())
        .isEqualTo(403);
  }

  private HttpRequest.Builder as(String key, String path) {
    return station.request(path).setHeader("Authorization", "Bearer " + key);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private HttpResponse<byte[]> store(String body) {
    return station.send(
        station
            .request(STUDIES)
            .header(
                "Content-Type", "multipart/related; type=\"application/dicom\"; boundary=\"b b\"")
            .POST(BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.ISO_8859_1))));
  }

  @Test
  void whatIsNoInstance_isNamedInTheAnswer() {
    HttpResponse<byte[]> answer =
        store("--b b\r\nContent-Type: application/dicom\r\n\r\nno DICOM\r\n--b b--\r\n");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(
            json(answer)
                .path("00081198")
                .path("Value")
                .get(0)
                .path("00081197")
                .path("Value")
                .get(0)
                .asInt())
        .isEqualTo(0xC000);
    assertThat(json(answer).has("00081199")).isFalse();
  }

  @Test
  void bodiesThatAreNoMultipart_areRefused() {
    for (String body :
        new String[] {
          "",
          "nonsense",
          "--b b",
          "--b b\r\n",
          "--b b\r\nContent-Type: x\r\n\r\nendless",
          "--b bX\r\n\r\n\r\n--b b--",
          "--b b\r\nno header\r\n\r\nx\r\n--b b--",
        }) {
      HttpResponse<byte[]> answer = store(body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(json(answer).path("code").asString()).isEqualTo("request.invalid");
    }
    assertThat(
            station
                .send(
                    station
                        .request(STUDIES)
                        .header("Content-Type", "application/dicom")
                        .POST(BodyPublishers.ofString("x")))
                .statusCode())
        .isEqualTo(415);
    assertThat(store("--b b--").statusCode()).isEqualTo(409);
  }

  @Test
  void oddRequests_areProblems() {
    String admin = station.makeKey("operator");
    for (String path :
        new String[] {
          STUDIES + "?NoSuchAttribute=1",
          STUDIES + "?PixelData=1",
          STUDIES + "?limit=x",
          STUDIES + "/1.2'x",
        }) {
      assertThat(station.send(as(admin, path)).statusCode()).as(path).isEqualTo(400);
    }
    assertThat(text(station.send(as(ingester, STUDIES)))).contains("access.denied");
  }
}
