package tarn.testkit.emulator;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** S3Proxy over a folder: a second reading of S3's protocol, all in Java and slow. */
public final class S3Proxy implements S3Emulator {
  private final EmulatorProcess process;

  private S3Proxy(EmulatorProcess process) {
    this.process = process;
  }

  /** The one that all tests of this process share; each uses a bucket of its own. */
  public static S3Proxy shared() {
    return Shared.INSTANCE;
  }

  public static S3Proxy start() {
    Path libraries = Tools.folder("s3proxy").resolve("lib");
    return new S3Proxy(
        EmulatorProcess.start(
            "s3proxy", (folder, port) -> command(libraries, folder, port), Map.of()));
  }

  private static List<String> command(Path libraries, Path folder, int port) throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path settings = folder.resolve("s3proxy.conf");
    Files.writeString(
        settings,
        """
        s3proxy.endpoint=http://127.0.0.1:%d
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s
        """
            .formatted(port, ACCESS_KEY, SECRET_KEY, root));
    return List.of(
        Tools.java().toString(),
        "-Xmx384m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dsun.jnu.encoding=UTF-8",
        "-cp",
        libraries + "/*",
        "org.gaul.s3proxy.Main",
        "--properties",
        settings.toString());
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  @Override
  public int port() {
    return process.port();
  }

  @Override
  public void close() {
    process.close();
  }

  private static final class Shared {
    static final S3Proxy INSTANCE = start();
  }
}
