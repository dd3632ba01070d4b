package tarn.gateway.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Registers metrics, and remembers what they are called. */
final class Registration {
  /** From a look-up to a long query. */
  private static final double[] SECONDS = {
    .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300
  };

  private final PrometheusRegistry registry;
  private final Set<String> names = new TreeSet<>();

  Registration(PrometheusRegistry registry) {
    this.registry = registry;
  }

  PrometheusRegistry registry() {
    return registry;
  }

  /** Without a counter's ending. */
  Set<String> names() {
    return Set.copyOf(names);
  }

  Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(named(name)).help(help).labelNames(labels).register(registry);
  }

  /** A counter that somebody else counts. */
  void counter(String name, String help, Supplier<Double> value) {
    CounterWithCallback.builder()
        .name(named(name))
        .help(help)
        .callback(callback -> callback.call(value.get()))
        .register(registry);
  }

  Gauge gauge(String name, String help, String... labels) {
    return Gauge.builder().name(named(name)).help(help).labelNames(labels).register(registry);
  }

  /** A gauge whose values are asked for when it is scraped. */
  void gauge(
      String name, String help, Consumer<GaugeWithCallback.Callback> values, String... labels) {
    GaugeWithCallback.builder()
        .name(named(name))
        .help(help)
        .labelNames(labels)
        .callback(values)
        .register(registry);
  }

  Histogram seconds(String name, String help, String... labels) {
    return Histogram.builder()
        .name(named(name))
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(SECONDS)
        .register(registry);
  }

  String named(String name) {
    names.add(name);
    return name;
  }
}
