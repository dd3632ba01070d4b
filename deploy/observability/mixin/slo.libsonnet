// The objectives, and the windows over which their budgets burn (Google's SRE workbook, chapter 5).
{
  // Each is a share from 0 to 1 at each moment.
  indicators:: {
    availability: 'tarn:available:ratio',
    freshness: 'tarn:fresh:ratio',
    ingestion: 'tarn:ingested_in_time:ratio',
    coverage: 'tarn:covered:ratio',
  },
  // A budget that burns so much faster than it may, over a long and a short window.
  burns:: [
    { severity: 'critical', factor: 14.4, long: 3600, short: 300, wait: 120 },
    { severity: 'critical', factor: 6, long: 6 * 3600, short: 1800, wait: 900 },
    { severity: 'warning', factor: 3, long: 86400, short: 2 * 3600, wait: 3600 },
    { severity: 'warning', factor: 1, long: 3 * 86400, short: 6 * 3600, wait: 3 * 3600 },
  ],
  // Every window of them; the names of the rules say them as they are at pace 1.
  windows:: std.set(std.flattenArrays([[burn.long, burn.short] for burn in self.burns])),
  errors(name, window):: 'tarn:%s_errors:ratio_avg%s' % [name, (import 'durations.libsonnet').text(window)],
}
