package tarn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.io.WritePlan;
import tarn.bench.BenchLake.EngineLimits;
import tarn.lake.Session;

/**
 * Streams rows that this process holds into a lake: through the IO manager, and by the engine's own
 * import of Arrow streams and its Appender, in turn.
 */
@Command(name = "eager-write")
final class EagerWrite implements Runnable {
  private static final AssetKey KEY = AssetKey.of("bench", "written");
  private static final LocalDateTime START = LocalDateTime.of(2026, 1, 1, 0, 0);

  @Option(names = "--rows", required = true)
  private long rows;

  @Option(names = "--memory", required = true)
  private String memory = "";

  @Option(names = "--threads", required = true)
  private int threads;

  @Option(names = "--rounds", required = true)
  private int rounds;

  @Option(names = "--folder", required = true)
  private Path folder = Path.of("");

  @Option(names = "--variants", split = ",", required = true)
  private List<Variant> variants = List.of();

  /** One row as a monitor at the bedside might send it. */
  record Reading(
      long id, int ward, LocalDateTime moment, double value, String unit, boolean alarm) {

    static Reading of(long id) {
      return new Reading(
          id,
          (int) (id % 40),
          START.plusSeconds(id),
          36.0 + id % 500 / 100.0,
          UNITS[(int) (id % UNITS.length)],
          id % 97 == 0);
    }
  }

  private static final String[] UNITS = {"mmHg", "1/min", "Cel", "%"};

  /** How the rows get there. */
  enum Variant {
    /** {@code registerArrowStream}, then {@code CREATE TABLE … AS SELECT}. */
    ENGINE_ARROW,
    /** {@code Output.arrow}. */
    ARROW,
    /**
     * The engine's Appender into a temporary table, then {@code CREATE TABLE … AS}. (Straight into
     * a table of the lake it writes a data file for every 2,048 rows.)
     */
    ENGINE_APPENDER,
    /** {@code Output.rows}. */
    ROWS
  }

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new EagerWrite()).execute(arguments));
  }

  @Override
  public void run() {
    rows = RepeatingReader.wholeBatches(rows);
    for (int round = 0; round <= rounds; round++) {
      List<Variant> turn = new ArrayList<>(variants);
      Collections.rotate(turn, round);
      for (Variant variant : turn) {
        measure(variant, round);
      }
    }
    Measurement.printPeak();
  }

  private void measure(Variant variant, int round) {
    try (BenchLake bench =
            BenchLake.create(folder.resolve("lake"), new EngineLimits(memory, threads));
        Session session = bench.lake().session()) {
      session.execute("CREATE SCHEMA bench");
      long start = System.nanoTime();
      switch (variant) {
        case ENGINE_ARROW -> importArrow(session);
        case ENGINE_APPENDER -> append(session);
        case ARROW -> handleArrow(bench);
        case ROWS ->
            bench
                .ioManager()
                .handleOutput(
                    KEY, Output.rows(Reading.class, readings()), WritePlan.replace("bench"));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long written =
          session
              .queryFirst("SELECT count(*) FROM " + KEY.table().quoted(), row -> row.getLong(1))
              .orElseThrow();
      if (written != rows) {
        throw new IllegalStateException(variant + " wrote " + written + " of " + rows + " rows");
      }
      new Measurement(
              variant.name(), round, seconds, written, bench.bytes(), bench.dataFiles().size())
          .print();
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Stream<Reading> readings() {
    return LongStream.range(0, rows).mapToObj(Reading::of);
  }

  private void importArrow(Session session) throws SQLException, IOException {
    DuckDBConnection connection = session.connection();
    try (BufferAllocator allocator = new RootAllocator();
        ArrowReader reader = new RepeatingReader(allocator, rows);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      connection.registerArrowStream("arriving", stream);
      session.execute("CREATE TABLE " + KEY.table().quoted() + " AS SELECT * FROM arriving");
    }
  }

  private void handleArrow(BenchLake bench) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        ArrowReader reader = new RepeatingReader(allocator, rows)) {
      bench.ioManager().handleOutput(KEY, Output.arrow(reader), WritePlan.replace("bench"));
    }
  }

  private void append(Session session) throws SQLException {
    session.execute(
        "CREATE TEMP TABLE arriving (id BIGINT, ward INTEGER, moment TIMESTAMP, value DOUBLE,"
            + " unit VARCHAR, alarm BOOLEAN)");
    try (DuckDBAppender appender = session.connection().createAppender("temp", "main", "arriving");
        Stream<Reading> readings = readings()) {
      for (Reading reading : (Iterable<Reading>) readings::iterator) {
        appender
            .beginRow()
            .append(reading.id())
            .append(reading.ward())
            .append(reading.moment())
            .append(reading.value())
            .append(reading.unit())
            .append(reading.alarm())
            .endRow();
      }
    }
    session.execute("CREATE TABLE " + KEY.table().quoted() + " AS SELECT * FROM arriving");
  }
}
