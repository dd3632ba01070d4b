package tarn.assets.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.assets.graph.AssetGraph;
import tarn.assets.graph.Selection;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;
import tarn.testkit.Checkout;

/** A station in a test's folder with its lake open. */
final class RunningStation implements AutoCloseable {
  private final Path folder;
  private final Station station;
  private final Lake lake;
  private final List<AssetDefinition> code = new ArrayList<>();

  private RunningStation(Path folder, Station station) {
    this.folder = folder;
    this.station = station;
    this.lake = Lake.create(station.settings().lake(), Checkout.extensions());
  }

  static RunningStation in(Path folder) {
    return in(folder, Map.of());
  }

  static RunningStation in(Path folder, Map<String, String> settings) {
    Map<String, String> environment =
        new java.util.HashMap<>(
            Map.of(
                "TARN_ENGINE_MEMORY_LIMIT", "1GB",
                "TARN_ENGINE_THREADS", "2",
                "TARN_MATERIALIZE_PARALLELISM", "4"));
    environment.putAll(settings);
    write(folder, "station.toml", "name = 'test'\n");
    return new RunningStation(folder, Station.open(folder, environment));
  }

  RunningStation asset(String key, String sql) {
    write(folder, "assets/" + key + ".sql", sql);
    return this;
  }

  RunningStation code(AssetDefinition definition) {
    code.add(definition);
    return this;
  }

  RunningStation file(String name, String content) {
    write(folder, name, content);
    return this;
  }

  private static void write(Path folder, String name, String content) {
    try {
      Path path = folder.resolve(name);
      Files.createDirectories(path.getParent());
      Files.writeString(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  AssetGraph graph() {
    try (Session session = lake.session()) {
      List<AssetDefinition> all =
          new ArrayList<>(StationAssets.load(station, LakeTables.of(session)));
      all.addAll(code);
      return AssetGraph.of(all);
    }
  }

  Materializer materializer(AssetGraph graph) {
    return new Materializer(lake, station, graph, "tester");
  }

  RunReport run() {
    return run("*");
  }

  RunReport run(String selection) {
    return run(selection, Rerun.WHAT_CHANGED, RunListener.none());
  }

  RunReport run(String selection, Rerun rerun, RunListener listener) {
    AssetGraph graph = graph();
    SortedSet<AssetKey> selected = Selection.select(graph, selection);
    return materializer(graph).run(selected, rerun, listener);
  }

  RunPlan plan() {
    AssetGraph graph = graph();
    return materializer(graph).plan(graph.keys(), Rerun.WHAT_CHANGED);
  }

  FsckReport check(Level level) {
    return Fsck.run(lake, FsckRequest.of(level));
  }

  void execute(String sql) {
    try (Session session = lake.session()) {
      session.execute(sql);
    }
  }

  List<String> rows(String sql) {
    try (Session session = lake.session()) {
      return session.query(
          sql,
          row -> {
            List<String> values = new ArrayList<>();
            for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
              values.add(String.valueOf(row.getObject(column)));
            }
            return String.join("|", values);
          });
    }
  }

  String value(String sql) {
    List<String> rows = rows(sql);
    if (rows.size() != 1) {
      throw new AssertionError(rows.size() + " rows instead of one: " + sql);
    }
    return rows.getFirst();
  }

  long snapshots() {
    return Long.parseLong(value("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')"));
  }

  @Override
  public void close() {
    lake.close();
  }
}
