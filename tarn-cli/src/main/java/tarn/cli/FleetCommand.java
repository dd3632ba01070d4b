package tarn.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Json;
import tarn.cli.fleet.FleetStatus;
import tarn.cli.fleet.OpenAlert;
import tarn.cli.fleet.StationStatus;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.cli.text.Times;

/** {@code tarn fleet}: the stations that a Prometheus watches. */
final class FleetCommand {
  private static final String PROMETHEUS = "--prometheus";
  private static final String WINDOW = "--window";
  private static final String JOB = "--job";

  private FleetCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec status =
        Declared.command(
                shell,
                "status",
                "Show each station's uptime over a window, the alerts that fire and the oldest data"
                    + " that no check has compared. It asks Prometheus and no station.",
                FleetCommand::status)
            .addOption(
                Declared.value(
                    PROMETHEUS,
                    "URL",
                    String.class,
                    "Where Prometheus is, such as http://127.0.0.1:9090."))
            .addOption(
                Declared.value(
                    WINDOW,
                    "SPAN",
                    String.class,
                    "Over how long uptime is counted, such as 24h; without it, 30d."))
            .addOption(
                Declared.value(
                    JOB,
                    "NAME",
                    String.class,
                    "The job of the stations among Prometheus's targets; without it, tarn."))
            .addOption(Declared.json());
    return Declared.group(
        "fleet",
        "Look at all stations that a Prometheus watches.",
        Declared.withExamples(
            status,
            "tarn fleet status --prometheus http://127.0.0.1:9090",
            "tarn fleet status --prometheus http://127.0.0.1:9090 --window 7d --json"));
  }

  private static ExitCode status(Invocation invocation) {
    String url =
        invocation
            .<String>option(PROMETHEUS)
            .orElseThrow(
                () ->
                    Invocation.usage(
                        "It is not said where Prometheus is.",
                        "Name it with --prometheus http://HOST:9090."));
    String window = invocation.<String>option(WINDOW).orElse("30d");
    if (!window.matches("([1-9]\\d{0,8}(ms|[smhdwy]))+")) {
      throw Invocation.usage(
          "`" + window + "` is no span of time.",
          "Write a number and a unit (s, m, h, d, w or y), such as 24h or 30d.");
    }
    FleetStatus fleet = FleetStatus.ask(url, window, invocation.<String>option(JOB).orElse("tarn"));
    if (invocation.json()) {
      invocation.shell().print(Json.pretty(document(fleet)) + "\n");
    } else {
      invocation.shell().print(text(fleet, invocation.style(Shell.Stream.OUT)));
    }
    return ExitCode.DONE;
  }

  private static String text(FleetStatus fleet, Style style) {
    TextTable stations =
        new TextTable(
            List.of(
                Column.left("station"),
                Column.left("site"),
                Column.left("environment"),
                Column.left("now"),
                Column.right("uptime " + fleet.window()),
                Column.right("findings"),
                Column.right("oldest unverified")));
    for (StationStatus each : fleet.stations()) {
      stations.add(
          List.of(
              each.name().station(),
              each.name().site(),
              each.name().environment(),
              word(each.available()),
              each.uptime().map(FleetCommand::percent).orElse("-"),
              each.findings().map(String::valueOf).orElse("-"),
              each.oldestUnverified().map(FleetCommand::span).orElse("-")));
    }
    if (fleet.alerts().isEmpty()) {
      return stations.render(style) + "\nNo alert fires.\n";
    }
    TextTable alerts =
        new TextTable(
            List.of(
                Column.left("severity"),
                Column.left("alert"),
                Column.left("since"),
                Column.left("what")));
    for (OpenAlert alert : fleet.alerts()) {
      alerts.add(
          List.of(alert.severity(), alert.name(), Times.local(alert.since()), alert.summary()));
    }
    return stations.render(style) + "\n" + alerts.render(style);
  }

  private static String word(Optional<Double> available) {
    return available.map(value -> value >= 1 ? "up" : "down").orElse("not watched");
  }

  /** Three decimals, and never rounded up to all of it. */
  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f %%", Math.floor(share * 100_000) / 1000);
  }

  private static String span(Duration age) {
    long days = age.toDays();
    return days > 1
        ? days + " days"
        : age.toHours() > 1 ? age.toHours() + " hours" : age.toMinutes() + " minutes";
  }

  private static Map<String, Object> document(FleetStatus fleet) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("window", fleet.window());
    document.put("stations", fleet.stations().stream().map(FleetCommand::fields).toList());
    document.put("alerts", fleet.alerts().stream().map(FleetCommand::fields).toList());
    return document;
  }

  private static Map<String, @Nullable Object> fields(StationStatus each) {
    Map<String, @Nullable Object> fields = names(each.name());
    fields.put("state", word(each.available()).replace(' ', '_'));
    fields.put("uptime", each.uptime().orElse(null));
    fields.put("findings", each.findings().orElse(null));
    fields.put(
        "oldest_unverified_seconds", each.oldestUnverified().map(Duration::toSeconds).orElse(null));
    return fields;
  }

  private static Map<String, @Nullable Object> names(StationStatus.Name name) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("station", name.station());
    fields.put("site", name.site());
    fields.put("environment", name.environment());
    return fields;
  }

  private static Map<String, @Nullable Object> fields(OpenAlert alert) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("alert", alert.name());
    fields.put("severity", alert.severity());
    fields.putAll(names(alert.station()));
    fields.put("since", alert.since().toString());
    fields.put("summary", alert.summary());
    fields.put("runbook", alert.runbook());
    return fields;
  }
}
