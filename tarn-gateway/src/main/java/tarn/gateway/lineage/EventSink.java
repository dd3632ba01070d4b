package tarn.gateway.lineage;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/** Where events go. */
sealed interface EventSink {

  /** When this returns, the event has arrived. */
  void send(String event) throws IOException, InterruptedException;

  /**
   * @param place a URL, or a file below the station's folder
   * @param key that a URL's service asks for
   */
  static EventSink of(String place, Path station, Optional<String> key) {
    return place.startsWith("http://") || place.startsWith("https://")
        ? new Endpoint(
            HttpClient.newBuilder().connectTimeout(Endpoint.PATIENCE).build(),
            URI.create(place),
            key)
        : new Lines(station.resolve(place));
  }

  /** A file, one event a line. */
  record Lines(Path file) implements EventSink {
    @Override
    public void send(String event) throws IOException {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        ByteBuffer line = ByteBuffer.wrap((event + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
          out.write(line);
        }
        out.force(true);
      }
    }
  }

  /** A service that takes events as Marquez does. */
  record Endpoint(HttpClient client, URI url, Optional<String> key) implements EventSink {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    @Override
    public void send(String event) throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(url)
              .timeout(PATIENCE)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(event));
      key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
      int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
      if (status / 100 != 2) {
        throw new IOException(url + " answered " + status);
      }
    }
  }
}
