package tarn.gateway.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Locale;
import tarn.base.ErrorCode;
import tarn.storage.StoreListener;

/** What this process asks of stores by itself; the engine's own requests are not among it. */
final class StorageMetrics implements StoreListener {
  private final Counter requests;
  private final Counter errors;
  private final Counter retries;
  private final Histogram durations;

  StorageMetrics(Registration metrics) {
    requests =
        metrics.counter(
            "tarn_storage_requests",
            "Requests of stores, without those that the engine makes itself.",
            "backend",
            "operation");
    errors =
        metrics.counter(
            "tarn_storage_errors",
            "Those that failed in the end, by the error's code.",
            "backend",
            "operation",
            "code");
    retries =
        metrics.counter(
            "tarn_storage_retries",
            "Times that such a request was sent again.",
            "backend",
            "operation");
    durations =
        metrics.seconds(
            "tarn_storage_request_duration_seconds",
            "How long they took, with the pauses between attempts.",
            "backend",
            "operation");
  }

  @Override
  public void ended(StoreRequest request) {
    String backend = request.backend();
    String operation = request.operation().name().toLowerCase(Locale.ROOT);
    requests.labelValues(backend, operation).inc();
    // A first failure is an increase from 0, and not a series out of nothing.
    errors.initLabelValues(backend, operation, ErrorCode.STORAGE_UNREACHABLE.code());
    retries.labelValues(backend, operation).inc(Math.max(0, request.attempts() - 1));
    durations.labelValues(backend, operation).observe(request.duration().toNanos() / 1e9);
    request.failure().ifPresent(code -> errors.labelValues(backend, operation, code.code()).inc());
  }
}
