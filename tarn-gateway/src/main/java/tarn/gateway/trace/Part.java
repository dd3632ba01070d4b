package tarn.gateway.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.util.Optional;

/** A part of the work, on the thread that has begun it, until it is closed. */
public final class Part implements AutoCloseable {
  private final Span span;
  private final Scope scope;

  @SuppressWarnings("MustBeClosedChecker") // The part closes it, and its users close the part.
  Part(Span span) {
    this.span = span;
    this.scope = span.makeCurrent();
  }

  /** Names the whole of which this is a part; empty when nobody follows it. */
  public Optional<String> trace() {
    return Optional.of(span.getSpanContext())
        .filter(context -> context.isValid())
        .map(context -> context.getTraceId());
  }

  void about(String asset) {
    span.setAttribute("tarn.asset", asset);
  }

  /** Says how a request was answered. */
  public void answered(String name, String route, int status, Optional<String> failure) {
    span.updateName(name)
        .setAttribute("http.route", route)
        .setAttribute("http.response.status_code", (long) status);
    failure.ifPresent(code -> span.setAttribute("error.type", code));
    if (status >= 500 || status == 0) {
      span.setStatus(StatusCode.ERROR);
    }
  }

  @Override
  public void close() {
    scope.close();
    span.end();
  }
}
