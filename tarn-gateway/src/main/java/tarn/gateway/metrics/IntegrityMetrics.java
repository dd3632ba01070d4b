package tarn.gateway.metrics;

import io.prometheus.metrics.core.metrics.Gauge;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.IntegritySummary;
import tarn.integrity.ledger.IntegritySummary.OpenFindings;

/** Whether the lake's bytes are known to be right. */
final class IntegrityMetrics {
  private static final OpenFindings NONE = new OpenFindings(0, 0);

  private final Gauge files;
  private final Gauge verifiedBytes;
  private final Gauge success;
  private final Gauge findings;
  private final Gauge orphanBytes;
  private volatile Optional<Instant> oldest = Optional.empty();
  private volatile double bytesRead;

  IntegrityMetrics(Registration metrics) {
    files =
        metrics.gauge(
            "tarn_integrity_files",
            "Files of the newest snapshot: verified, unverified (their bytes were never compared), damaged (with an open finding that is an error).",
            "state");
    verifiedBytes =
        metrics.gauge("tarn_integrity_verified_bytes", "Bytes of the files that are verified.");
    success =
        metrics.gauge(
            "tarn_integrity_last_success_timestamp_seconds",
            "When the last check of the whole lake went to its end that looked at least so closely; 0 when none ever did.",
            "level");
    findings = metrics.gauge("tarn_integrity_findings", "Open findings.", "class", "severity");
    orphanBytes =
        metrics.gauge(
            "tarn_catalog_orphan_bytes",
            "Bytes of files that no catalog knows, as the last check found them.");
    metrics.counter(
        "tarn_integrity_read_bytes",
        "Bytes that checks have read and compared, in all.",
        () -> bytesRead);
    metrics.gauge(
        "tarn_integrity_coverage_age_seconds",
        "For how long the longest-waiting file has not been compared, or not at all since it was written; 0 when there is no file.",
        callback -> callback.call(oldest.map(IntegrityMetrics::age).orElse(0.0)));
  }

  private static double age(Instant since) {
    return Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1000.0);
  }

  void refreshed(IntegritySummary summary) {
    files.labelValues("verified").set((double) summary.verified());
    files.labelValues("unverified").set((double) summary.unverified());
    files.labelValues("damaged").set((double) summary.damaged());
    verifiedBytes.set((double) summary.verifiedBytes());
    bytesRead = summary.bytesRead();
    oldest = summary.oldest();
    for (Level level : Level.values()) {
      Optional<Instant> ended = Optional.ofNullable(summary.succeeded().get(level));
      success
          .labelValues(level.text())
          .set(ended.map(time -> time.toEpochMilli() / 1000.0).orElse(0.0));
    }
    for (FindingClass type : FindingClass.values()) {
      OpenFindings open = summary.findings().getOrDefault(type, NONE);
      findings.labelValues(type.code(), type.severity().text()).set((double) open.count());
    }
    orphanBytes.set((double) summary.findings().getOrDefault(FindingClass.ORPHAN, NONE).bytes());
  }
}
