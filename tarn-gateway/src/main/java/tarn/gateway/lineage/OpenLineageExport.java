package tarn.gateway.lineage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tarn.assets.graph.AssetGraph;
import tarn.base.Json;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * Sends an event for each materialization that the lake has kept, whoever made it, in order and at
 * least once. How far it is stands in a file, so that the next start goes on from there.
 */
public final class OpenLineageExport implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final int AT_ONCE = 100;

  private final Lake lake;
  private final String station;
  private final Supplier<AssetGraph> graph;
  private final EventSink sink;
  private final Path position;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread worker;
  private @Nullable String trouble;

  private OpenLineageExport(
      Lake lake, String station, Supplier<AssetGraph> graph, EventSink sink, Path position) {
    this.lake = lake;
    this.station = station;
    this.graph = graph;
    this.sink = sink;
    this.position = position;
    this.worker = Thread.ofPlatform().daemon().name("openlineage").unstarted(this::repeat);
  }

  /**
   * @param name of the station
   * @param place a URL, or a file below the station's folder
   * @param key that the URL's service asks for
   */
  public static OpenLineageExport start(
      Lake lake,
      String name,
      Path folder,
      Supplier<AssetGraph> graph,
      String place,
      Optional<String> key) {
    OpenLineageExport export =
        new OpenLineageExport(
            lake,
            name,
            graph,
            EventSink.of(place, folder, key),
            folder.resolve("openlineage-position.json"));
    export.worker.start();
    return export;
  }

  private void repeat() {
    try {
      do {
        try {
          while (sendSome()) {}
          trouble = null;
        } catch (IOException | RuntimeException e) {
          say(String.valueOf(e));
        }
      } while (!closing.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Once, however long it lasts. */
  private void say(String what) {
    if (!what.equals(trouble)) {
      trouble = what;
      System.getLogger("tarn.gateway")
          .log(System.Logger.Level.WARNING, "OpenLineage events wait: {0}", what);
    }
  }

  /** Whether there may be more. */
  private boolean sendSome() throws IOException, InterruptedException {
    List<MaterializationRecord> records;
    try (Session session = lake.session()) {
      records = MaterializationRecord.after(session, sent(), AT_ONCE);
      if (records.isEmpty()) {
        return false;
      }
      OpenLineageEvents events = new OpenLineageEvents(station, session, graph.get());
      for (MaterializationRecord record : records) {
        if (closing.getCount() == 0) {
          return false;
        }
        for (Map<String, Object> event : events.of(record)) {
          sink.send(Json.line(event));
        }
        keep(record.snapshot());
      }
    }
    return true;
  }

  private long sent() throws IOException {
    return Files.exists(position)
        ? Json.mapper().readTree(Files.readString(position)).path("snapshot").asLong(-1)
        : -1;
  }

  private void keep(long snapshot) throws IOException {
    Path next = position.resolveSibling(position.getFileName() + ".next");
    Files.writeString(next, Json.line(Map.of("snapshot", snapshot)) + "\n");
    Files.move(next, position, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      worker.join(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
