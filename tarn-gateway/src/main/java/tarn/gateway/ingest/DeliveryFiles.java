package tarn.gateway.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tarn.base.Json;

/**
 * Where deliveries lie: {@code ingest/<id>.<format>} is what was sent, {@code
 * ingest/records/<id>.json} says what it is and how far. A delivery is there as soon as its record
 * is, and the record comes last, forced to the disk with all before it.
 */
final class DeliveryFiles {
  /** The folder's name in the station, and so the beginning of each landed row's source. */
  static final String NAME = "ingest";

  private final Path folder;
  private final Path records;
  private final Path incoming;

  DeliveryFiles(Path station) throws IOException {
    folder = Files.createDirectories(station.resolve(NAME));
    records = Files.createDirectories(folder.resolve("records"));
    incoming = Files.createDirectories(folder.resolve("incoming"));
    try (Stream<Path> all = Files.list(incoming)) {
      for (Path path : all.toList()) {
        Files.delete(path);
      }
    }
  }

  /** Where what is being sent is put until it is whole. */
  Path incoming(String id) {
    return incoming.resolve(id);
  }

  Path file(Delivery delivery) {
    return folder.resolve(delivery.file());
  }

  Path file(Delivery.Part part) {
    return folder.resolve(part.file());
  }

  /**
   * Makes a delivery be there, for good.
   *
   * @param received what it consists of, by the names that they get
   */
  void accept(Map<String, Path> received, Delivery delivery) throws IOException {
    for (Map.Entry<String, Path> each : received.entrySet()) {
      force(each.getValue());
      Files.move(each.getValue(), folder.resolve(each.getKey()), StandardCopyOption.ATOMIC_MOVE);
    }
    force(folder);
    write(delivery);
    force(records);
  }

  /** Keeps how far a delivery is. */
  void write(Delivery delivery) throws IOException {
    Path next = incoming.resolve(delivery.id() + ".json");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer content =
          ByteBuffer.wrap(Json.line(delivery.record()).getBytes(StandardCharsets.UTF_8));
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    Files.move(next, records.resolve(delivery.id() + ".json"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** What is landed need not be kept. */
  void drop(Delivery delivery) throws IOException {
    Files.deleteIfExists(file(delivery));
    for (Delivery.Part part : delivery.parts()) {
      Files.deleteIfExists(file(part));
    }
  }

  /** Every delivery there ever was. */
  List<Delivery> read() throws IOException {
    List<Delivery> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(records)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
        all.add(Delivery.read(Json.mapper().readTree(Files.readString(file))));
      }
    }
    return all;
  }
}
