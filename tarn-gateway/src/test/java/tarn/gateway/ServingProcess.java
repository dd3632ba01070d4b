package tarn.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import tarn.lake.Lake;
import tarn.station.Station;
import tarn.testkit.Checkout;

/** A service in a process of its own, which can be killed at any moment. */
final class ServingProcess implements AutoCloseable {
  private static final String READY = "serving on ";

  private final Process process;
  private final String url;

  private ServingProcess(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** What the process does. */
  @SuppressWarnings("SystemExitOutsideMain") // other threads would keep a failed start alive
  public static void main(String[] arguments) throws InterruptedException {
    try {
      Station station = RunningGateway.station(Path.of(arguments[0]), Map.of());
      Lake lake = Lake.create(station.settings().lake(), Checkout.extensions());
      Gateway gateway = Gateway.start(station, lake, Checkout.extensions());
      System.out.println(READY + gateway.url());
      new CountDownLatch(1).await();
    } catch (RuntimeException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  static ServingProcess start(Path folder) {
    Path said = folder.resolve("service.log");
    try {
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-XX:TieredStopAtLevel=1",
                      "-XX:+UseSerialGC",
                      "--enable-native-access=ALL-UNNAMED",
                      "--add-opens=java.base/java.nio=ALL-UNNAMED",
                      "--sun-misc-unsafe-memory-access=allow",
                      "-Djava.library.path=" + System.getProperty("java.library.path"),
                      "-Dtarn.checkout=" + Checkout.folder(),
                      "-cp",
                      System.getProperty("java.class.path"),
                      ServingProcess.class.getName(),
                      folder.toString()))
              .redirectError(ProcessBuilder.Redirect.appendTo(said.toFile()))
              .start();
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(READY)) {
          return new ServingProcess(process, line.substring(READY.length()));
        }
      }
      throw new AssertionError(
          "the service did not start: " + process.waitFor() + "\n" + Files.readString(said));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return url;
  }

  /** As {@code kill -9} does. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
