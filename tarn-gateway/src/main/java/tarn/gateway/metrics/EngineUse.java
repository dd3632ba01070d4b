package tarn.gateway.metrics;

import java.util.List;
import java.util.Locale;
import tarn.lake.Session;

/** What the engine uses of the machine; sizes in bytes. */
record EngineUse(long memory, long memoryLimit, long spilled, long threads) {
  private static final List<String> UNITS = List.of("bytes", "kib", "mib", "gib", "tib", "pib");

  static EngineUse of(Session session) {
    return session
        .queryFirst(
            """
            SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT,
              coalesce(sum(temporary_storage_bytes), 0)::BIGINT,
              current_setting('memory_limit'), current_setting('threads')::BIGINT
            FROM duckdb_memory()""",
            row ->
                new EngineUse(
                    row.getLong(1),
                    bytes(String.valueOf(row.getString(3))),
                    row.getLong(2),
                    row.getLong(4)))
        .orElseThrow();
  }

  /** The engine shows its limit as text, such as {@code 953.6 MiB}; 0 for what is none. */
  static long bytes(String shown) {
    String[] parts = shown.strip().toLowerCase(Locale.ROOT).split(" ", 2);
    int unit = parts.length == 2 ? UNITS.indexOf(parts[1]) : -1;
    if (unit < 0 || !parts[0].matches("\\d+(\\.\\d+)?")) {
      return 0;
    }
    return Math.round(Double.parseDouble(parts[0]) * Math.pow(1024, unit));
  }
}
