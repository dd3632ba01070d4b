package tarn.testkit.emulator;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Microsoft's emulator of Azure Blob Storage. */
public final class Azurite implements AutoCloseable {
  public static final String ACCOUNT = "devstoreaccount1";

  /** Published by Microsoft for this emulator, and of no use elsewhere. */
  public static final String ACCOUNT_KEY =
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

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

  @Override
  public void close() {
    process.close();
  }

  private static final class Shared {
    static final Azurite INSTANCE = start();
  }
}
