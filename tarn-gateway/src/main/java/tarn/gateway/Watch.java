package tarn.gateway;

import java.time.Duration;
import java.util.Optional;
import tarn.assets.run.AssetResult;
import tarn.assets.run.AssetState;
import tarn.base.ErrorCode;
import tarn.gateway.audit.AuditEntry;
import tarn.gateway.audit.AuditTrail;
import tarn.gateway.http.Dispatcher;
import tarn.gateway.http.Exchange;
import tarn.gateway.ingest.Delivery;
import tarn.gateway.metrics.Metrics;
import tarn.gateway.run.Run;

/** Keeps the audit trail and the metrics of what the service does. */
record Watch(AuditTrail trail, Metrics metrics) implements Dispatcher.Listener {
  private static final String QUERY = "/api/v1/query";

  @Override
  public void began(Exchange exchange) {
    metrics.requestBegan();
  }

  @Override
  public void ended(Dispatcher.Ended request) {
    metrics.requestEnded(
        request.method(), request.route(), request.status(), request.duration(), request.bytes());
    if (request.route().equals(QUERY)) {
      metrics.queryEnded(outcome(request.failure()), request.rows(), request.bytes());
    }
    if (request.caller().isEmpty() && request.failure().isEmpty()) {
      return; // A look at the service's health says nothing about anybody's data.
    }
    trail.add(
        new AuditEntry(
            request.began(),
            request.id(),
            request.caller().map(caller -> caller.id()).orElse("-"),
            request.caller().map(caller -> caller.name()).orElse("-"),
            request.client(),
            request.method() + " " + (request.route().isEmpty() ? "-" : request.route()),
            request.tables(),
            request.status(),
            request.failure().map(ErrorCode::code).orElse("ok"),
            request.rows(),
            request.bytes(),
            seconds(request.duration())));
  }

  private static String outcome(Optional<ErrorCode> failure) {
    if (failure.isEmpty()) {
      return "ok";
    }
    return switch (failure.get()) {
      case INTERRUPTED -> "cancelled";
      case QUERY_LIMIT -> "limited";
      case QUERY_INVALID, QUERY_NOT_READ_ONLY, ACCESS_DENIED, ACCESS_UNAUTHENTICATED -> "refused";
      default -> "failed";
    };
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  void ended(Run run) {
    run.report().ifPresent(report -> report.results().forEach(this::ended));
  }

  private void ended(AssetResult result) {
    String asset = result.key().toString();
    switch (result.state()) {
      case AssetState.Written written -> {
        metrics.materialized(asset, "written", result.duration(), written.materialization().rows());
        metrics.added(asset, written.materialization().bytes());
      }
      case AssetState.Unchanged unchanged ->
          metrics.materialized(
              asset, "unchanged", result.duration(), unchanged.materialization().rows());
      case AssetState.Skipped skipped ->
          metrics.materialized(
              asset, "skipped", result.duration(), skipped.materialization().rows());
      case AssetState.Failed _ -> metrics.materialized(asset, "failed", result.duration(), null);
      case AssetState.NotRun _ -> metrics.materialized(asset, "not_run", result.duration(), null);
    }
  }

  void ended(Delivery delivery) {
    metrics.deliveryEnded(delivery.state().word(), delivery.rows(), delivery.quarantined());
  }
}
