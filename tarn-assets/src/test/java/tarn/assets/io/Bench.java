package tarn.assets.io;

import java.nio.file.Path;
import java.util.List;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.io.IoManager.RunIdentity;
import tarn.testkit.ScratchLake;

/** A lake of its own and an IO manager on it, for the length of one test. */
final class Bench implements AutoCloseable {
  final ScratchLake lake;
  private int runs;

  private Bench(ScratchLake lake) {
    this.lake = lake;
  }

  static Bench in(Path folder) {
    return new Bench(ScratchLake.in(folder));
  }

  /** An IO manager of the next run. */
  IoManager io() {
    runs++;
    return new IoManager(lake.lake(), new RunIdentity("run-" + runs, "tester"));
  }

  Materialization write(String key, String query, WritePlan plan) {
    return io().handleOutput(AssetKey.parse(key), Output.relation(query), plan);
  }

  Materialization replace(String key, String query) {
    return write(key, query, Plans.of(Plans.REPLACE));
  }

  List<String> rows(String sql) {
    return lake.rows(sql);
  }

  String value(String sql) {
    return lake.value(sql);
  }

  /** How many snapshots there are: it grows with every commit. */
  long snapshots() {
    return Long.parseLong(value("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')"));
  }

  @Override
  public void close() {
    lake.close();
  }
}
