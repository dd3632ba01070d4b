package tarn.cli.fleet;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.cli.fleet.StationStatus.Name;
import tools.jackson.databind.JsonNode;

/** All stations that a Prometheus knows, and the alerts that fire. */
public record FleetStatus(String window, List<StationStatus> stations, List<OpenAlert> alerts) {
  private static final String BY = "station, site, environment";

  public FleetStatus {
    stations = List.copyOf(stations);
    alerts = List.copyOf(alerts);
  }

  /**
   * Asks a Prometheus.
   *
   * @param window as Prometheus writes it, such as {@code 30d}
   * @param job of the stations among its targets
   * @throws TarnException {@code fleet.prometheus-failed}; {@code fleet.no-station} when it has
   *     heard of none within the window
   */
  public static FleetStatus ask(String url, String window, String job) {
    Prometheus prometheus = new Prometheus(url);
    // Where the rules are not loaded, a station that answers is up.
    String up = "min by (" + BY + ") (up{job=\"" + job.replace("\"", "\\\"") + "\"})";
    String available = "tarn:available:ratio or on (" + BY + ") " + up;
    Map<Name, Double> now = values(prometheus, available);
    Map<Name, Double> uptimes =
        values(
            prometheus,
            "avg_over_time(tarn:available:ratio[%1$s]) or on (%2$s) avg by (%2$s) (avg_over_time(up{job=\"%3$s\"}[%1$s]))"
                .formatted(window, BY, job.replace("\"", "\\\"")));
    Map<Name, Double> ages =
        values(
            prometheus,
            "max by (%s) (last_over_time(tarn_integrity_coverage_age_seconds[%s]))"
                .formatted(BY, window));
    Map<Name, Double> findings =
        values(
            prometheus,
            "sum by (%s) (last_over_time(tarn_integrity_findings{severity=\"error\"}[%s]))"
                .formatted(BY, window));
    TreeSet<Name> names = new TreeSet<>(now.keySet());
    names.addAll(uptimes.keySet());
    if (names.isEmpty()) {
      throw new TarnException(
          ErrorCode.FLEET_EMPTY,
          "The Prometheus at %s has heard of no station within %s.".formatted(url, window),
          "Look at its targets; their job is to be `" + job + "`, or name another with --job.");
    }
    List<StationStatus> stations = new ArrayList<>();
    for (Name name : names) {
      stations.add(
          new StationStatus(
              name,
              Optional.ofNullable(now.get(name)),
              Optional.ofNullable(uptimes.get(name)),
              Optional.ofNullable(findings.get(name)).map(Math::round),
              Optional.ofNullable(ages.get(name)).map(age -> Duration.ofSeconds(age.longValue()))));
    }
    return new FleetStatus(window, stations, alerts(prometheus));
  }

  private static Map<Name, Double> values(Prometheus prometheus, String expression) {
    Map<Name, Double> values = new HashMap<>();
    for (Prometheus.Sample sample : prometheus.query(expression)) {
      values.put(Name.of(sample.labels()), sample.value());
    }
    return values;
  }

  private static List<OpenAlert> alerts(Prometheus prometheus) {
    List<OpenAlert> open = new ArrayList<>();
    for (JsonNode each : prometheus.alerts()) {
      Map<String, String> labels = Prometheus.labels(each.path("labels"));
      String name = labels.getOrDefault("alertname", "");
      if (each.path("state").asString("").equals("firing") && name.startsWith("Tarn")) {
        open.add(alert(name, labels, each));
      }
    }
    open.sort(
        Comparator.comparing(OpenAlert::severity)
            .thenComparing(OpenAlert::station)
            .thenComparing(OpenAlert::name)
            .thenComparing(OpenAlert::summary));
    return open;
  }

  private static OpenAlert alert(String name, Map<String, String> labels, JsonNode alert) {
    JsonNode annotations = alert.path("annotations");
    Instant since = OffsetDateTime.parse(alert.path("activeAt").asString()).toInstant();
    return new OpenAlert(
        name,
        labels.getOrDefault("severity", ""),
        Name.of(labels),
        since,
        annotations.path("summary").asString(""),
        annotations.path("runbook_url").asString(""));
  }
}
