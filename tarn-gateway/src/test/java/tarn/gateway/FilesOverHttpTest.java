package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tarn.files.AddRequest;
import tarn.files.BlobStore;
import tarn.files.FileLocations;
import tarn.files.FileService;
import tarn.files.Formats;
import tarn.files.Progress;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.storage.StoreSettings;
import tarn.storage.connect.Stores;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilesOverHttpTest {
  private static final String DIR = "/api/v1/files/docs/all/in/";

  // The digest of "abc" is that of FIPS 180-2, appendix B.1; in base64 by Python.
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String ABC_BASE64 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

  private Path folder;
  private RunningGateway station;
  private byte[] large;
  private String ingester = "";

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    RunningGateway.write(
        folder,
        "access.toml",
        """
        [[roles.visitor.grants]]
        schema = "docs"
        filter = "path LIKE '%.txt'"
        """);
    station = RunningGateway.in(folder);
    large = new byte[300_000];
    new Random(4).nextBytes(large);
    Path in = Files.createDirectories(folder.resolve("in/deep"));
    Files.writeString(folder.resolve("in/a.txt"), "abc");
    Files.write(folder.resolve("in/large.bin"), large);
    Files.write(folder.resolve("in/broken.bin"), Arrays.copyOf(large, 200_000));
    Files.writeString(folder.resolve("in/empty"), "");
    Files.writeString(in.resolve("ü % +.txt"), "odd name");
    try (BlobStore store = store();
        Session session = station.lake().session()) {
      FileService files =
          new FileService(
              station.lake(), store, StoreSettings.DEFAULT, Formats.all(), Progress.NONE);
      files.add(
          session,
          new AddRequest(
              List.of(folder.resolve("in")),
              new TableName("docs", "all"),
              AddRequest.Archives.UNPACK,
              AddRequest.Damaged.REFUSE));
      files
          .list(
              session, new TableName("docs", "all"), List.of("in/broken.bin"), OptionalLong.empty())
          .forEach(file -> damage(Path.of(file.reference().uri())));
    }
    station.sql(
        "CREATE TABLE docs.forged AS SELECT 'x' AS path, struct_update(file, uri := '/etc/passwd',"
            + " state := 'external') AS file FROM docs.all LIMIT 1");
    ingester = station.makeKey("ingester");
    station.with(station.makeKey("reader"));
  }

  private static void damage(Path blob) {
    try {
      byte[] content = Files.readAllBytes(blob);
      content[100_000] ^= 1;
      Files.write(blob, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BlobStore store() {
    return new BlobStore(
        Stores.open(
            FileLocations.beside(station.station().settings().dataPath()), StoreSettings.DEFAULT));
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private HttpResponse<byte[]> get(String path, String... headers) {
    HttpRequest.Builder request = station.request(path);
    return station.send(headers.length == 0 ? request : request.headers(headers));
  }

  @Test
  void file_comesWithItsDigest() {
    HttpResponse<byte[]> response = get(DIR + "a.txt");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(text(response)).isEqualTo("abc");
    assertThat(header(response, "ETag")).isEqualTo('"' + ABC + '"');
    assertThat(header(response, "Content-Digest")).isEqualTo("sha-256=:" + ABC_BASE64 + ":");
    assertThat(header(response, "Content-Type")).isEqualTo("text/plain");
    assertThat(header(response, "Content-Length")).isEqualTo("3");
    assertThat(get(DIR + "large.bin").body()).isEqualTo(large);
    assertThat(get(DIR + "empty").body()).isEmpty();
    assertThat(text(get(DIR + "deep/%C3%BC%20%25%20+.txt"))).isEqualTo("odd name");
  }

  @Test
  void head_saysWhatItsGetWould() {
    HttpResponse<byte[]> response =
        station.send(
            station.request(DIR + "large.bin").method("HEAD", HttpRequest.BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Length")).isEqualTo("300000");
    assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void ranges_areParts() {
    HttpResponse<byte[]> middle = get(DIR + "large.bin", "Range", "bytes=1000-1999");
    assertThat(middle.statusCode()).isEqualTo(206);
    assertThat(header(middle, "Content-Range")).isEqualTo("bytes 1000-1999/300000");
    assertThat(header(middle, "Content-Digest")).isEmpty();
    assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(large, 1000, 2000));
    assertThat(get(DIR + "large.bin", "Range", "bytes=299990-").body())
        .isEqualTo(Arrays.copyOfRange(large, 299_990, 300_000));
    assertThat(get(DIR + "large.bin", "Range", "bytes=-5").body())
        .isEqualTo(Arrays.copyOfRange(large, 299_995, 300_000));
    assertThat(header(get(DIR + "large.bin", "Range", "bytes=299999-400000"), "Content-Range"))
        .isEqualTo("bytes 299999-299999/300000");
    HttpResponse<byte[]> beyond = get(DIR + "large.bin", "Range", "bytes=300000-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */300000");
    for (String all : List.of("bytes=0-1,5-6", "bytes=9-1", "rows=0-1", "bytes=-", "nonsense")) {
      assertThat(get(DIR + "large.bin", "Range", all).body()).as(all).hasSize(300_000);
    }
    assertThat(get(DIR + "a.txt", "Range", "bytes=0-0", "If-Range", '"' + ABC + '"').statusCode())
        .isEqualTo(206);
    assertThat(get(DIR + "a.txt", "Range", "bytes=0-0", "If-Range", "\"other\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  void knownFile_isNotSentAgain() {
    HttpResponse<byte[]> response = get(DIR + "a.txt", "If-None-Match", "\"x\", W/\"" + ABC + "\"");

    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
    assertThat(get(DIR + "a.txt", "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
  }

  @Test
  void damagedFile_breaksTheConnection() {
    assertThatThrownBy(() -> get(DIR + "broken.bin")).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void grants_holdForBytesToo() throws IOException {
    String visitor = station.makeKey("visitor");
    HttpRequest.Builder seen =
        station.request(DIR + "a.txt").setHeader("Authorization", "Bearer " + visitor);
    HttpRequest.Builder hidden =
        station.request(DIR + "large.bin").setHeader("Authorization", "Bearer " + visitor);
    HttpRequest.Builder ingester =
        station
            .request(DIR + "a.txt")
            .setHeader("Authorization", "Bearer " + station.makeKey("ingester"));

    assertThat(station.send(seen).statusCode()).isEqualTo(200);
    assertThat(station.send(hidden).statusCode()).isEqualTo(404);
    assertThat(station.send(ingester).statusCode()).isEqualTo(403);
    List<JsonNode> audit = RunningGateway.auditLines(folder.resolve("audit"));
    assertThat(audit)
        .anyMatch(
            line ->
                line.path("tables").toString().contains("docs.all")
                    && line.toString().contains("/api/v1/files/"));
  }

  private HttpResponse<byte[]> post(String path, String body, String... headers) {
    HttpRequest.Builder request =
        station.request(path).POST(HttpRequest.BodyPublishers.ofString(body));
    request.setHeader("Authorization", "Bearer " + ingester);
    return station.send(headers.length == 0 ? request : request.headers(headers));
  }

  @Test
  void newFile_isThereAtOnce() {
    String path = "/api/v1/files/docs/sent/deep/a%20b.txt";
    HttpResponse<byte[]> made = post(path, "abc", "Content-Digest", "sha-256=:" + ABC_BASE64 + ":");

    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(json(made).path("sha256").asString()).isEqualTo(ABC);
    assertThat(json(made).path("path").asString()).isEqualTo("deep/a b.txt");
    assertThat(text(get(path))).isEqualTo("abc");
    HttpResponse<byte[]> again = post(path, "abc");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(json(again).path("outcome").asString()).isEqualTo("unchanged");
    assertThat(json(again).path("snapshot").isNull()).isTrue();
    assertThat(json(post(path, "abcd")).path("outcome").asString()).isEqualTo("replaced");
    assertThat(text(get(path))).isEqualTo("abcd");
  }

  @Test
  void uploads_thatAreNotRight_leaveNothing() {
    String path = "/api/v1/files/docs/refused/";
    assertThat(post(path + "a.txt", "abd", "Content-Digest", "sha-256=:" + ABC_BASE64 + ":"))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(422);
    assertThat(post(path + "a.dcm", "no DICOM").statusCode()).isEqualTo(422);
    for (String odd : List.of("..%2Fx", "a/../b", "a//b", "./a", "a%5Cb", "a%00b")) {
      assertThat(post(path + odd, "x").statusCode()).as(odd).isEqualTo(400);
    }
    assertThat(station.send(station.request(path + "a").POST(HttpRequest.BodyPublishers.noBody())))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(403);
    assertThat(station.value("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'refused'"))
        .isEqualTo("0");
  }

  @Test
  void whatIsNotThere_isAProblem() {
    assertThat(json(get(DIR + "none")).path("code").asString()).isEqualTo("request.not-found");
    assertThat(get("/api/v1/files/docs/none/x").statusCode()).isBetween(400, 404);
    assertThat(get("/api/v1/files/docs/forged/x").statusCode()).isEqualTo(409);
    assertThat(get(DIR + "a'%20OR%201=1%20--").statusCode()).isEqualTo(404);
  }
}
