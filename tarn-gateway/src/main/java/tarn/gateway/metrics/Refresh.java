package tarn.gateway.metrics;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tarn.assets.graph.AssetGraph;
import tarn.assets.status.LastMaterialization;
import tarn.assets.status.StatusReader;
import tarn.integrity.ledger.IntegritySummary;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Looks at the lake now and then, so that no scrape has to. */
public final class Refresh implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(15);

  private final Lake lake;
  private final Path station;
  private final Supplier<AssetGraph> graph;
  private final Metrics metrics;
  private final CountDownLatch ended = new CountDownLatch(1);
  private String known = "";

  private Refresh(Lake lake, Path station, Supplier<AssetGraph> graph, Metrics metrics) {
    this.lake = lake;
    this.station = station;
    this.graph = graph;
    this.metrics = metrics;
  }

  public static Refresh start(
      Lake lake, Path station, Supplier<AssetGraph> graph, Metrics metrics) {
    Refresh refresh = new Refresh(lake, station, graph, metrics);
    Thread.ofPlatform().daemon().name("metrics").start(refresh::repeat);
    return refresh;
  }

  /** What was found. */
  record Seen(
      long snapshots,
      Map<String, Long> files,
      Map<String, Long> bytes,
      long smallFiles,
      long rows,
      long inlinedRows,
      EngineUse engine,
      List<Asset> assets) {}

  /**
   * How an asset stands.
   *
   * @param checks how many went how the last time: passed, warned, failed
   */
  record Asset(
      String key,
      String state,
      Optional<Instant> last,
      Optional<Duration> freshness,
      Map<String, Long> checks) {}

  private record Amount(String kind, long files, long bytes, long rows) {}

  private void repeat() {
    try {
      do {
        try {
          lookAtIntegrity();
          metrics.refreshed(look());
        } catch (RuntimeException e) {
          metrics.refreshFailed();
        }
      } while (!ended.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads it again only when it has changed: the ledger has a row for each file. */
  private void lookAtIntegrity() {
    try (Session session = lake.catalogSession()) {
      String stamp = IntegritySummary.stamp(session);
      if (!stamp.equals(known)) {
        metrics.refreshed(IntegritySummary.read(session));
        known = stamp;
      }
    }
  }

  private Seen look() {
    AssetGraph assets = graph.get();
    try (Session session = lake.session()) {
      Map<String, Map<String, Long>> checks = CheckCounts.of(session);
      List<Amount> amounts = amounts(session);
      Map<String, Long> files = new HashMap<>();
      Map<String, Long> bytes = new HashMap<>();
      long rows = 0;
      for (Amount amount : amounts) {
        files.put(amount.kind, amount.files);
        bytes.put(amount.kind, amount.bytes);
        rows += amount.rows;
      }
      return new Seen(
          number(session, "SELECT count(*) FROM " + Lake.METADATA + ".ducklake_snapshot"),
          files,
          bytes,
          smallFiles(session),
          rows,
          inlinedRows(session),
          EngineUse.of(session),
          new StatusReader(session, station, Instant.now())
              .of(assets, assets.keys()).stream()
                  .map(
                      status ->
                          new Asset(
                              status.definition().key().toString(),
                              status.condition().word(),
                              status.last().map(LastMaterialization::finished),
                              status.definition().freshness(),
                              checks.getOrDefault(status.definition().key().toString(), Map.of())))
                  .toList());
    }
  }

  private static List<Amount> amounts(Session session) {
    return session.query(
        """
        SELECT 'live_data', count(*), coalesce(sum(file_size_bytes), 0),
          coalesce(sum(record_count), 0) FROM %1$s.ducklake_data_file WHERE end_snapshot IS NULL
        UNION ALL SELECT 'live_delete', count(*), coalesce(sum(file_size_bytes), 0),
          -coalesce(sum(delete_count), 0) FROM %1$s.ducklake_delete_file WHERE end_snapshot IS NULL
        UNION ALL SELECT 'historical', count(*), coalesce(sum(file_size_bytes), 0), 0
          FROM (SELECT file_size_bytes FROM %1$s.ducklake_data_file WHERE end_snapshot IS NOT NULL
            UNION ALL SELECT file_size_bytes FROM %1$s.ducklake_delete_file
            WHERE end_snapshot IS NOT NULL)
        UNION ALL SELECT 'pending_deletion', count(*), 0, 0
          FROM %1$s.ducklake_files_scheduled_for_deletion"""
            .formatted(Lake.METADATA),
        row ->
            new Amount(
                String.valueOf(row.getString(1)), row.getLong(2), row.getLong(3), row.getLong(4)));
  }

  private static long smallFiles(Session session) {
    return number(
        session,
        """
        SELECT coalesce(sum(small), 0) FROM (
          SELECT count(*) FILTER (WHERE file_size_bytes < 10000000) AS small, count(*) AS files
          FROM %s.ducklake_data_file WHERE end_snapshot IS NULL GROUP BY table_id)
        WHERE files > 1"""
            .formatted(Lake.METADATA));
  }

  private static long inlinedRows(Session session) {
    List<String> tables =
        session.query(
            "SELECT DISTINCT table_name FROM " + Lake.METADATA + ".ducklake_inlined_data_tables",
            row -> Lake.METADATA + "." + Sql.identifier(String.valueOf(row.getString(1))));
    if (tables.isEmpty()) {
      return 0;
    }
    return number(
        session,
        tables.stream()
            .map(table -> "SELECT count(*) AS n FROM " + table + " WHERE end_snapshot IS NULL")
            .collect(Collectors.joining(" UNION ALL ", "SELECT sum(n)::BIGINT FROM (", ")")));
  }

  private static long number(Session session, String sql) {
    return session.queryFirst(sql, row -> row.getLong(1)).orElse(0L);
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
