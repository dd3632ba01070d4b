package tarn.gateway.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.CommitListener;
import tarn.storage.StoreListener;

/**
 * Spans of what the service does: requests, their queries and runs, and the commits and the
 * requests of stores below them. They go where the variables of OpenTelemetry say; without such a
 * variable nothing is recorded.
 */
public final class Tracing implements CommitListener, StoreListener, AutoCloseable {
  private static final List<String> SWITCHES =
      List.of(
          "OTEL_TRACES_EXPORTER",
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

  private static final TextMapGetter<Function<String, Optional<String>>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Function<String, Optional<String>> headers) {
          return List.of();
        }

        @Override
        public @Nullable String get(
            @Nullable Function<String, Optional<String>> headers, String name) {
          return headers == null ? null : headers.apply(name).orElse(null);
        }
      };

  private final OpenTelemetry telemetry;
  private final Tracer tracer;
  private final Runnable ending;

  private Tracing(OpenTelemetry telemetry, Runnable ending) {
    this.telemetry = telemetry;
    this.tracer = telemetry.getTracer("tarn");
    this.ending = ending;
  }

  public static Tracing none() {
    return new Tracing(OpenTelemetry.noop(), () -> {});
  }

  /**
   * @param environment whose variables OTEL_… are heeded
   * @throws TarnException {@code setting.invalid} when they make no sense
   */
  public static Tracing of(Map<String, String> environment) {
    if (SWITCHES.stream().noneMatch(environment::containsKey)) {
      return none();
    }
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesCustomizer(_ -> properties(environment))
              .build()
              .getOpenTelemetrySdk();
      return new Tracing(sdk, sdk::close);
    } catch (ConfigurationException e) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "The variables OTEL_… cannot be used: " + e.getMessage(),
          "Mend them, or unset " + String.join(", ", SWITCHES) + " to have no traces.",
          e);
    }
  }

  private static Map<String, String> properties(Map<String, String> environment) {
    Map<String, String> properties = new HashMap<>();
    properties.put("otel.service.name", "tarn");
    properties.put("otel.exporter.otlp.protocol", "http/protobuf");
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    // Prometheus asks for metrics, and logs go to standard error.
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    return properties;
  }

  /** Begins to follow a request, as a part of what its sender follows. */
  public Part request(String method, Function<String, Optional<String>> header) {
    Context sender =
        telemetry.getPropagators().getTextMapPropagator().extract(Context.root(), header, HEADERS);
    return new Part(
        tracer
            .spanBuilder(method)
            .setParent(sender)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", method)
            .startSpan());
  }

  /** Begins a part of what this thread does. */
  public Part begin(String name) {
    return new Part(tracer.spanBuilder(name).startSpan());
  }

  /** Does work on another thread, later, as a part of what this thread does now. */
  public Runnable following(String name, Runnable work) {
    Context here = Context.current();
    return () -> {
      try (Scope _ = here.makeCurrent();
          Part _ = begin(name)) {
        work.run();
      }
    };
  }

  /** What this thread does now, for work on other threads that is a part of it. */
  public Whole whole() {
    Context here = Context.current();
    return (name, asset, work) -> {
      try (Scope _ = here.makeCurrent();
          Part part = begin(name)) {
        part.about(asset);
        work.run();
      }
    };
  }

  /** Does the work on an asset as a part of a whole. */
  @FunctionalInterface
  public interface Whole {
    void part(String name, String asset, Runnable work);
  }

  @Override
  public void ended(Outcome outcome, Optional<Duration> commit) {
    commit.ifPresent(
        took ->
            past("commit", took)
                .ifPresent(
                    span -> {
                      span.setAttribute("tarn.outcome", outcome.name().toLowerCase(Locale.ROOT));
                      span.end();
                    }));
  }

  @Override
  public void retried() {
    Span.current().addEvent("begun again");
  }

  @Override
  public void ended(StoreRequest request) {
    past("storage " + request.operation().name().toLowerCase(Locale.ROOT), request.duration())
        .ifPresent(
            span -> {
              span.setAttribute("tarn.storage.backend", request.backend());
              span.setAttribute("tarn.storage.attempts", (long) request.attempts());
              request
                  .failure()
                  .ifPresent(
                      code ->
                          span.setStatus(StatusCode.ERROR).setAttribute("error.type", code.code()));
              span.end();
            });
  }

  /** Something that this thread has just ended, when it is a part of what is followed. */
  private Optional<Span> past(String name, Duration took) {
    if (!Span.current().getSpanContext().isValid()) {
      return Optional.empty();
    }
    SpanBuilder builder = tracer.spanBuilder(name).setStartTimestamp(Instant.now().minus(took));
    return Optional.of(builder.startSpan());
  }

  /** Sends what has not been sent yet. */
  @Override
  public void close() {
    ending.run();
  }
}
