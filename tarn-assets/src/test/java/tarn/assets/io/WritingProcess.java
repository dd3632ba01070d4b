package tarn.assets.io;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.IoManager.RunIdentity;
import tarn.base.TarnException;
import tarn.testkit.ScratchLake;

/** Writes in a process of its own, so that it can be killed or run within limits. */
final class WritingProcess {
  private WritingProcess() {}

  /** Three assets that each hold one number, the version, in a way that a half would show. */
  enum Asset {
    WHOLE,
    LOG,
    MERGED;

    AssetKey key() {
      return AssetKey.of("a", name().toLowerCase(Locale.ROOT));
    }

    /** The output that takes the asset to {@code version}. */
    String query(long version) {
      return switch (this) {
        case WHOLE ->
            "SELECT %d::BIGINT AS version, range AS id FROM range(20000)".formatted(version);
        case LOG -> "SELECT %d::BIGINT AS version, range AS id FROM range(500)".formatted(version);
        case MERGED ->
            "SELECT %d::BIGINT AS version, range AS id FROM range(%d)"
                .formatted(version, mergedRows(version));
      };
    }

    WritePlan plan() {
      return switch (this) {
        case WHOLE -> Plans.of(Plans.REPLACE);
        case LOG -> Plans.of(Plans.APPEND);
        case MERGED -> Plans.merge(Unmatched.DELETE, "id");
      };
    }
  }

  static long mergedRows(long version) {
    return 100 + version % 7 * 100;
  }

  /** What runs this class with these arguments; more options of the JVM may come first. */
  static List<String> command(List<String> options, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-Djava.library.path=" + System.getProperty("java.library.path"));
    command.add("-Dtarn.checkout=" + System.getProperty("tarn.checkout"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WritingProcess.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    say("started");
    switch (arguments[0]) {
      case "loop" -> loop(folder);
      case "fill" -> fill(folder, arguments[2], arguments[3]);
      case "measure" -> measure(folder, arguments[2], arguments[3]);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void loop(Path folder) {
    try (ScratchLake lake = ScratchLake.in(folder)) {
      Map<Asset, Long> versions = new EnumMap<>(Asset.class);
      for (Asset asset : Asset.values()) {
        versions.put(asset, version(lake, asset));
      }
      say("ready");
      while (true) {
        for (Asset asset : Asset.values()) {
          long version = versions.merge(asset, 1L, Long::sum);
          String run = asset + "-" + version + "-" + ProcessHandle.current().pid();
          new IoManager(lake.lake(), new RunIdentity(run, "tester"))
              .handleOutput(asset.key(), Output.relation(asset.query(version)), asset.plan());
          say(asset + " " + version);
        }
      }
    }
  }

  /** How far an asset has come; 0 when it has no table. */
  static long version(ScratchLake lake, Asset asset) {
    boolean there =
        !lake.rows(
                "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'a' AND table_name = '"
                    + asset.key().table().table()
                    + "'")
            .isEmpty();
    return there
        ? Long.parseLong(lake.value("SELECT max(version) FROM " + asset.key().table().quoted()))
        : 0;
  }

  /** Tries a write that does not fit, says what became of it, and then one that does. */
  private static void fill(Path folder, String memoryLimit, String query) {
    try (ScratchLake lake = ScratchLake.in(folder, memoryLimit)) {
      IoManager io = new IoManager(lake.lake(), new RunIdentity("large", "tester"));
      try {
        io.handleOutput(AssetKey.of("t"), Output.relation(query), Plans.of(Plans.REPLACE));
        say("written");
      } catch (TarnException e) {
        say(e.code() + " " + e.effect());
        say(e.getMessage().lines().findFirst().orElse(""));
      }
      say("rows " + lake.rows("SELECT id FROM t ORDER BY id"));
      say("files " + lake.dataFiles().stream().filter(file -> file.startsWith("main/t")).count());
      io.handleOutput(
          AssetKey.of("t"),
          Output.relation("SELECT 7::BIGINT AS id, 'x' AS v"),
          Plans.of(Plans.REPLACE));
      say("rows " + lake.rows("SELECT id FROM t ORDER BY id"));
    }
  }

  /** Writes and says what it took: bytes of the heap, and the most memory that was resident. */
  private static void measure(Path folder, String memoryLimit, String query) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (ScratchLake lake = ScratchLake.in(folder, memoryLimit)) {
      IoManager io = new IoManager(lake.lake(), new RunIdentity("large", "tester"));
      long before = threads.getTotalThreadAllocatedBytes();
      Materialization done =
          io.handleOutput(AssetKey.of("t"), Output.relation(query), Plans.of(Plans.REPLACE));
      say("rows " + done.rows());
      say("bytes " + ((Materialization.Written) done).bytes());
      say("allocated " + (threads.getTotalThreadAllocatedBytes() - before));
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        say("resident " + Long.parseLong(line.replaceAll("\\D", "")) * 1024);
      }
    }
  }
}
