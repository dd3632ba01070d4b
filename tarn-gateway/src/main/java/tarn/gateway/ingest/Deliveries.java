package tarn.gateway.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.fhir.FhirIntake;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.station.Station;

/**
 * Takes deliveries in and lands them. What was accepted is on the disk with its record, so that the
 * next start goes on with it; landing a delivery twice adds its rows once. Thread-safe.
 */
public final class Deliveries implements AutoCloseable {
  private static final int WORKERS = 2;
  private static final int ATTEMPTS = 5;
  private static final String FHIR = Lander.FHIR;

  private final Lake lake;
  private final DeliveryFiles files;
  private final Lander lander;
  private final long mostBytes;
  private final Consumer<Delivery> ended;
  private final ConcurrentMap<String, Delivery> all = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, ReentrantLock> keys = new ConcurrentHashMap<>();
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          WORKERS, task -> Thread.ofPlatform().name("landing").daemon().unstarted(task));
  private final ExecutorService inOrder =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("landing in order").daemon().unstarted(task));
  private volatile boolean closing;

  private Deliveries(
      Lake lake, DeliveryFiles files, Lander lander, long mostBytes, Consumer<Delivery> ended) {
    this.lake = lake;
    this.files = files;
    this.lander = lander;
    this.mostBytes = mostBytes;
    this.ended = ended;
  }

  /**
   * Opens the station's deliveries, and goes on with those that were accepted and not landed.
   *
   * @param ended hears of each that has ended
   */
  public static Deliveries open(
      Lake lake, Station station, long mostBytes, Consumer<Delivery> ended) throws IOException {
    DeliveryFiles files = new DeliveryFiles(station.folder());
    Deliveries deliveries =
        new Deliveries(lake, files, new Lander(lake, station), mostBytes, ended);
    files.read().stream()
        .sorted(Comparator.comparing(Delivery::received))
        .forEach(
            delivery -> {
              deliveries.all.put(delivery.id(), delivery);
              if (!delivery.hasEnded()) {
                deliveries.enqueue(delivery.waiting());
              }
            });
    return deliveries;
  }

  /**
   * What a client says of its body.
   *
   * @param promised the header that bears a checksum
   * @param model whose definition the table follows
   */
  public record Announced(
      TableName table,
      String who,
      Optional<String> contentType,
      Optional<String> encoding,
      Optional<String> promised,
      Optional<String> idempotencyKey,
      Map<String, String> options,
      Optional<String> model) {
    public Announced {
      options = Map.copyOf(options);
    }
  }

  /** Makes of what came a delivery that is kept. */
  private interface Storing {
    Delivery store(String id, Optional<String> key, Intake.Taken taken, Path received)
        throws IOException;
  }

  /**
   * Takes a body in. When this returns, it is not lost any more.
   *
   * @throws TarnException {@code request.media-type}, {@code request.too-large}, {@code
   *     request.conflict}, {@code ingest.invalid}
   */
  public Delivery accept(Announced announced, InputStream body) throws IOException {
    DeliveryFormat format = DeliveryFormat.of(announced.contentType());
    lander.requireOpen(announced.table());
    return accept(
        announced,
        body,
        (id, key, taken, received) -> store(id, announced, format, key, taken, received));
  }

  /**
   * Takes FHIR resources in, each for the table of its type in the schema that is announced.
   *
   * @param permitted refuses a table that the sender may not send to
   * @throws TarnException as the other, for each of the tables
   */
  public Delivery acceptFhir(Announced announced, Consumer<TableName> permitted, InputStream body)
      throws IOException {
    return accept(
        announced,
        body,
        (id, key, taken, received) -> storeFhir(id, announced, permitted, key, taken, received));
  }

  private Delivery accept(Announced announced, InputStream body, Storing storing)
      throws IOException {
    String id = UUID.randomUUID().toString();
    Path received = files.incoming(id);
    try {
      Intake.Taken taken =
          Intake.take(body, announced.encoding(), announced.promised(), mostBytes, received);
      Optional<String> key = announced.idempotencyKey().map(text -> announced.who() + ":" + text);
      ReentrantLock lock = keys.computeIfAbsent(key.orElse(id), _ -> new ReentrantLock());
      lock.lock();
      try {
        Optional<Delivery> before = key.flatMap(this::ofKey);
        if (before.isPresent()) {
          return same(before.get(), announced, taken);
        }
        Delivery delivery = storing.store(id, key, taken, received);
        all.put(id, delivery);
        enqueue(delivery);
        return delivery;
      } finally {
        lock.unlock();
        key.ifPresentOrElse(_ -> {}, () -> keys.remove(id));
      }
    } finally {
      Files.deleteIfExists(received);
    }
  }

  private Optional<Delivery> ofKey(String key) {
    return all.values().stream()
        .filter(delivery -> delivery.idempotencyKey().filter(key::equals).isPresent())
        .findFirst();
  }

  private static Delivery same(Delivery before, Announced announced, Intake.Taken taken) {
    if (before.digest().equals(taken.digest()) && before.table().equals(announced.table())) {
      return before;
    }
    throw new TarnException(
        ErrorCode.REQUEST_CONFLICT,
        "Another delivery came under this `Idempotency-Key`.",
        "Use a key once for one delivery; the earlier one is " + before.id() + ".");
  }

  private Delivery store(
      String id,
      Announced announced,
      DeliveryFormat format,
      Optional<String> key,
      Intake.Taken taken,
      Path received)
      throws IOException {
    Path whole = received;
    if (format == DeliveryFormat.ARROW) {
      whole = files.incoming(id + ".parquet");
      try (Session session = lake.session()) {
        ArrowFile.toParquet(session, received, whole);
      }
    }
    Delivery delivery =
        delivery(id, announced, key, taken, format.suffix(), id + "." + format.suffix(), List.of());
    try {
      lander.check(whole, delivery);
      files.accept(Map.of(delivery.file(), whole), delivery);
    } finally {
      Files.deleteIfExists(whole);
    }
    return delivery;
  }

  private Delivery storeFhir(
      String id,
      Announced announced,
      Consumer<TableName> permitted,
      Optional<String> key,
      Intake.Taken taken,
      Path received)
      throws IOException {
    Map<String, Path> sorted = new LinkedHashMap<>();
    try (FhirIntake intake =
        new FhirIntake(
            table -> {
              String name = id + "." + table + ".ndjson";
              Path file = files.incoming(name);
              sorted.put(name, file);
              return file;
            })) {
      List<Delivery.Part> parts = new ArrayList<>();
      for (FhirIntake.Sorted each : intake.sort(received)) {
        TableName table = new TableName(announced.table().schema(), each.table());
        permitted.accept(table);
        lander.requireOpen(table);
        parts.add(
            new Delivery.Part(
                table,
                each.type(),
                String.valueOf(each.file().getFileName()),
                each.resources(),
                each.longest()));
      }
      Delivery delivery = delivery(id, announced, key, taken, FHIR, id + "." + FHIR, parts);
      files.accept(sorted, delivery);
      return delivery;
    } finally {
      for (Path file : sorted.values()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Delivery delivery(
      String id,
      Announced announced,
      Optional<String> key,
      Intake.Taken taken,
      String format,
      String file,
      List<Delivery.Part> parts) {
    return new Delivery(
        id,
        announced.table(),
        announced.who(),
        key,
        file,
        format,
        announced.options(),
        taken.bytes(),
        taken.digest(),
        Instant.now(),
        Delivery.State.RECEIVED,
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        parts,
        announced.model(),
        List.of());
  }

  /** Resources replace each other, so they are landed in the order that they came in. */
  private void enqueue(Delivery delivery) {
    (delivery.format().equals(FHIR) ? inOrder : workers).execute(() -> land(delivery));
  }

  private void land(Delivery delivery) {
    for (int tries = 1; !closing; tries++) {
      try {
        keep(delivery.writing());
        Delivery done = lander.land(delivery);
        keep(done);
        files.drop(done);
        ended.accept(done);
        return;
      } catch (TarnException e) {
        if (closing) {
          return; // It stays accepted, and the next start goes on with it.
        }
        if (!mayPass(e.code()) || tries == ATTEMPTS) {
          fail(delivery, e.code(), e.getMessage());
          return;
        }
        pause(tries);
      } catch (IOException | RuntimeException | Error e) {
        if (!closing) {
          System.getLogger("tarn.gateway")
              .log(System.Logger.Level.ERROR, "delivery " + delivery.id() + " failed", e);
          fail(delivery, ErrorCode.INTERNAL, String.valueOf(e));
        }
        return;
      }
    }
  }

  /** Errors that may be gone the next time. */
  private static boolean mayPass(ErrorCode code) {
    return switch (code) {
      case CATALOG_CONFLICT,
          CATALOG_LOCKED,
          CATALOG_UNREACHABLE,
          COMMIT_UNKNOWN,
          STORAGE_FULL,
          STORAGE_FAILED,
          ENGINE_OUT_OF_MEMORY,
          INTERRUPTED ->
          true;
      default -> false;
    };
  }

  private static void pause(int tries) {
    try {
      TimeUnit.SECONDS.sleep(1L << tries);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fail(Delivery delivery, ErrorCode code, String message) {
    Delivery failed = delivery.failed(code.code(), message);
    try {
      keep(failed);
    } catch (IOException e) {
      System.getLogger("tarn.gateway")
          .log(System.Logger.Level.ERROR, "delivery " + delivery.id() + " cannot be kept", e);
    }
    ended.accept(failed);
  }

  private void keep(Delivery delivery) throws IOException {
    all.put(delivery.id(), delivery);
    files.write(delivery);
  }

  public Optional<Delivery> find(String id) {
    return Optional.ofNullable(all.get(id));
  }

  /** What was accepted and has not ended. */
  public List<Delivery> waiting() {
    return all.values().stream().filter(delivery -> !delivery.hasEnded()).toList();
  }

  @Override
  public void close() {
    closing = true;
    workers.shutdownNow();
    inOrder.shutdownNow();
    lander.cancel();
    try {
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)
          || !inOrder.awaitTermination(10, TimeUnit.SECONDS)) {
        lander.cancel();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
