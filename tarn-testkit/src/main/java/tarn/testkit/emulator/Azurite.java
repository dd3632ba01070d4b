package tarn.testkit.emulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Microsoft's emulator of Azure Blob Storage. */
public final class Azurite implements AutoCloseable {
  public static final String ACCOUNT = "devstoreaccount1";

  /** Published by Microsoft for this emulator, and of no use elsewhere. */
  public static final String ACCOUNT_KEY =
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

  private static final String API_VERSION = "2023-11-03";

  private final EmulatorProcess process;

  private Azurite(EmulatorProcess process) {
    this.process = process;
  }

  /** The one that all tests of this process share; each uses a container of its own. */
  public static Azurite shared() {
    return Shared.INSTANCE;
  }

  public static Azurite start() {
    Path tool = Tools.folder("azurite");
    return new Azurite(
        EmulatorProcess.start("azurite", (folder, port) -> command(tool, folder, port), Map.of()));
  }

  private static List<String> command(Path tool, Path folder, int port) {
    return List.of(
        tool.resolve("node").toString(),
        "--max-old-space-size=384",
        tool.resolve("node_modules/azurite/dist/src/blob/main.js").toString(),
        "--blobHost",
        "127.0.0.1",
        "--blobPort",
        String.valueOf(port),
        "--location",
        folder.toString(),
        "--silent",
        "--disableTelemetry",
        "--skipApiVersionCheck");
  }

  public int port() {
    return process.port();
  }

  /** The account's blobs. */
  public URI endpoint() {
    return endpoint(port());
  }

  /** The same through something that listens on another port. */
  public static URI endpoint(int port) {
    return URI.create("http://127.0.0.1:" + port + "/" + ACCOUNT);
  }

  public String connectionString() {
    return connectionString(port());
  }

  public static String connectionString(int port) {
    return "DefaultEndpointsProtocol=http;AccountName="
        + ACCOUNT
        + ";AccountKey="
        + ACCOUNT_KEY
        + ";BlobEndpoint="
        + endpoint(port)
        + ";";
  }

  /** A new container, empty. */
  public String newContainer() {
    String container = "test-" + UUID.randomUUID();
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    String signed =
        "PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:%s\nx-ms-version:%s\n/%s/%s/%s\nrestype:container"
            .formatted(date, API_VERSION, ACCOUNT, ACCOUNT, container);
    try (HttpClient client = HttpClient.newHttpClient()) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(ACCOUNT_KEY), "HmacSHA256"));
      String signature =
          Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(endpoint() + "/" + container + "?restype=container"))
              .header("x-ms-date", date)
              .header("x-ms-version", API_VERSION)
              .header("Authorization", "SharedKey " + ACCOUNT + ":" + signature)
              .PUT(HttpRequest.BodyPublishers.noBody())
              .build();
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 201) {
        throw new AssertionError("Azurite answers " + status);
      }
      return container;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("the container could not be made", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while a container was made", e);
    }
  }

  @Override
  public void close() {
    process.close();
  }

  private static final class Shared {
    static final Azurite INSTANCE = start();
  }
}
