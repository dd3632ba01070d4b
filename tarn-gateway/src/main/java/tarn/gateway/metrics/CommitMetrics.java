package tarn.gateway.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tarn.lake.CommitListener;

/** How the transactions of this process end. */
final class CommitMetrics implements CommitListener {
  private final Counter commits;
  private final Counter retries;
  private final Histogram durations;

  CommitMetrics(Registration metrics) {
    commits =
        metrics.counter(
            "tarn_catalog_commits",
            "Transactions by how they ended: written, unchanged, conflict, failed, unknown.",
            "outcome");
    for (Outcome outcome : Outcome.values()) {
      commits.initLabelValues(word(outcome));
    }
    retries =
        metrics.counter(
            "tarn_catalog_commit_retries",
            "Times that work was begun again because another writer came first or the catalog did not answer.");
    durations =
        metrics.seconds(
            "tarn_catalog_commit_duration_seconds",
            "How long commits took, with their waiting for other commits of the service.");
  }

  private static String word(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void ended(Outcome outcome, Optional<Duration> commit) {
    commits.labelValues(word(outcome)).inc();
    commit.ifPresent(took -> durations.observe(took.toNanos() / 1e9));
  }

  @Override
  public void retried() {
    retries.inc();
  }
}
