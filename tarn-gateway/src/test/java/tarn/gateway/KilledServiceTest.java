package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.Json;
import tools.jackson.databind.JsonNode;

/** What was answered 202 is in the lake in the end, once, whenever the service is killed. */
class KilledServiceTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  @Tag("slow")
  void acceptedDeliveries_areLandedOnce() throws Exception {
    kill(4, 6);
  }

  @Test
  @Tag("endurance")
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void acceptedDeliveries_areLandedOnce_howeverOftenItIsKilled() throws Exception {
    kill(200, 8);
  }

  /** Each service takes some deliveries, and is killed while it takes them in or lands them. */
  private void kill(int times, int deliveries) throws Exception {
    Random random = new Random(20261123);
    Set<Integer> accepted = new ConcurrentSkipListSet<>();
    for (int round = 0; round < times; round++) {
      int first = round * deliveries;
      CountDownLatch enough = new CountDownLatch(1 + random.nextInt(deliveries - 2));
      IntConsumer taken =
          number -> {
            accepted.add(number);
            enough.countDown();
          };
      Thread sender;
      try (ServingProcess service = ServingProcess.start(folder)) {
        sender =
            Thread.ofPlatform().start(() -> send(service.url(), first, first + deliveries, taken));
        assertThat(enough.await(2, TimeUnit.MINUTES)).as("the service takes deliveries").isTrue();
        Thread.sleep(random.nextInt(400)); // Any moment will do.
      }
      assertThat(sender.join(Duration.ofMinutes(1))).as("the sender ends").isTrue();
    }
    try (ServingProcess service = ServingProcess.start(folder)) {
      Set<Integer> landed = landed(service.url(), accepted, 240 + 10 * times);
      assertThat(landed).containsAll(accepted);
      assertThat(landed).allMatch(number -> number < times * deliveries);
    }
  }

  /** Goes on until the service is gone, or all is sent. */
  private static void send(String url, int first, int end, IntConsumer taken) {
    for (int number = first; number < end; number++) {
      try {
        HttpResponse<String> response =
            CLIENT.send(
                HttpRequest.newBuilder(URI.create(url + "/api/v1/ingest/raw/deliveries"))
                    .header("Content-Type", "text/csv")
                    .timeout(PATIENCE)
                    .POST(HttpRequest.BodyPublishers.ofString("number\n" + number + "\n"))
                    .build(),
                BodyHandlers.ofString());
        if (response.statusCode() == 202) {
          taken.accept(number);
        }
      } catch (IOException e) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static Set<Integer> landed(String url, Set<Integer> accepted, int seconds)
      throws Exception {
    Set<Integer> landed = new TreeSet<>();
    for (int tries = 0; tries < 2 * seconds && !landed.containsAll(accepted); tries++) {
      Thread.sleep(500);
      HttpResponse<String> response =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create(url + "/api/v1/query"))
                  .header("Content-Type", "application/json")
                  .timeout(PATIENCE)
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          Json.line(Map.of("sql", "SELECT number FROM raw.deliveries"))))
                  .build(),
              BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        continue; // Nothing has been landed yet.
      }
      landed.clear();
      for (JsonNode row : Json.mapper().readTree(response.body())) {
        assertThat(landed.add(row.path("number").asInt())).as("%s is there twice", row).isTrue();
      }
    }
    return landed;
  }
}
