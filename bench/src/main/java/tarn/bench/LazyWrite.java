package tarn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.WriteMode;
import tarn.assets.io.IoManager;
import tarn.assets.io.Materialization;
import tarn.assets.io.WritePlan;
import tarn.assets.io.WritePlan.UnchangedPolicy;
import tarn.bench.BenchLake.EngineLimits;
import tarn.lake.Session;

/**
 * Writes one query's result into a lake, through the IO manager and by the engine's own {@code
 * CREATE TABLE … AS}, in turn. Each measurement has an empty lake of its own.
 */
@Command(name = "lazy-write")
final class LazyWrite implements Runnable {
  private static final AssetKey KEY = AssetKey.of("bench", "written");

  @Option(names = "--data", required = true)
  private Path data = Path.of("");

  @Option(names = "--copies", required = true)
  private int copies;

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

  /** How the result is written. */
  enum Variant {
    /** {@code CREATE TABLE … AS}, with nothing of this program in between. */
    ENGINE,
    /** The same, and then the files are forced to the disk as the IO manager does. */
    ENGINE_FORCED,
    /** A new table, no content hash. */
    WRITE,
    /** A new table with its content hash: what a station does unless told otherwise. */
    WRITE_CHECKED,
    /** A table that holds something else is replaced, with content hash. */
    REPLACE_CHECKED,
    /** The table holds the same already: nothing is to be written. */
    UNCHANGED
  }

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new LazyWrite()).execute(arguments));
  }

  @Override
  public void run() {
    for (int round = 0; round <= rounds; round++) {
      List<Variant> turn = new ArrayList<>(variants);
      Collections.rotate(turn, round);
      for (Variant variant : turn) {
        if (round > 0 || rounds > 1) {
          measure(variant, round);
        }
      }
    }
    Measurement.printPeak();
  }

  private void measure(Variant variant, int round) {
    settle();
    try (BenchLake bench =
            BenchLake.create(folder.resolve("lake"), new EngineLimits(memory, threads));
        Session session = bench.lake().session()) {
      session.execute("CREATE SCHEMA bench");
      IoManager io = bench.ioManager();
      prepare(variant, io);
      long start = System.nanoTime();
      write(variant, bench, session, io);
      double seconds = (System.nanoTime() - start) / 1e9;
      long rows =
          session
              .queryFirst("SELECT count(*) FROM " + KEY.table().quoted(), row -> row.getLong(1))
              .orElseThrow();
      new Measurement(variant.name(), round, seconds, rows, bench.bytes(), bench.dataFiles().size())
          .print();
    }
  }

  private void prepare(Variant variant, IoManager io) {
    switch (variant) {
      case UNCHANGED ->
          io.handleOutput(KEY, Output.relation(query(copies)), plan(UnchangedPolicy.SKIP));
      case REPLACE_CHECKED ->
          io.handleOutput(KEY, Output.relation(query(1)), plan(UnchangedPolicy.SKIP));
      case ENGINE, ENGINE_FORCED, WRITE, WRITE_CHECKED -> {}
    }
  }

  private void write(Variant variant, BenchLake bench, Session session, IoManager io) {
    switch (variant) {
      case ENGINE -> createTableAs(session);
      case ENGINE_FORCED -> {
        createTableAs(session);
        bench.force();
      }
      case WRITE -> expectWritten(io, UnchangedPolicy.ALWAYS_WRITE);
      case WRITE_CHECKED, REPLACE_CHECKED -> expectWritten(io, UnchangedPolicy.SKIP);
      case UNCHANGED -> {
        if (handle(io, UnchangedPolicy.SKIP) instanceof Materialization.Written) {
          throw new IllegalStateException("equal content was written again");
        }
      }
    }
  }

  private void createTableAs(Session session) {
    session.execute("CREATE TABLE " + KEY.table().quoted() + " AS " + query(copies));
  }

  private void expectWritten(IoManager io, UnchangedPolicy unchanged) {
    if (!(handle(io, unchanged) instanceof Materialization.Written)) {
      throw new IllegalStateException("nothing was written");
    }
  }

  private Materialization handle(IoManager io, UnchangedPolicy unchanged) {
    return io.handleOutput(KEY, Output.relation(query(copies)), plan(unchanged));
  }

  private static WritePlan plan(UnchangedPolicy unchanged) {
    return new WritePlan(
        new WriteMode.Replace(),
        List.of(),
        Set.of(),
        List.of(),
        unchanged,
        "bench",
        Map.of(),
        "",
        Map.of());
  }

  /** The same file many times over: a source of any size that is as cheap to read as a real one. */
  private String query(int times) {
    String file = "'" + data + "'";
    return "SELECT * FROM read_parquet(["
        + String.join(", ", Collections.nCopies(times, file))
        + "])";
  }

  /** Lets the kernel write what earlier work left, so that it is not counted against the next. */
  private static void settle() {
    try {
      new ProcessBuilder("sync").inheritIO().start().waitFor();
      Thread.sleep(200);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
