package tarn.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.dagster.reconcile.Reconciler;
import tarn.dagster.reconcile.Reconciliation;
import tarn.station.Station;

/** {@code tarn reconcile}: tells Dagster what a check of the lake has found. */
final class ReconcileCommand {
  static final String DAGSTER = "--dagster";
  private static final String REPORT = "--report";
  private static final String URL_VARIABLE = "DAGSTER_URL";
  private static final String AUTHORIZATION_VARIABLE = "DAGSTER_AUTHORIZATION";
  private static final String STANDARD_INPUT = "-";

  private ReconcileCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec reconcile =
        Declared.command(
            shell,
            "reconcile",
            "Tell Dagster which tables are damaged and which are whole again: what differs from"
                + " what it was told before. Reports that it could not be told of wait in the"
                + " station, and come first.",
            ReconcileCommand::run);
    reconcile
        .addOption(
            Declared.value(
                REPORT,
                "FILE",
                String.class,
                "What `tarn fsck --json` printed; - for standard input. Without it, only reports"
                    + " that wait are told."))
        .addOption(dagster())
        .addOption(Declared.json());
    return Declared.withExamples(
        reconcile,
        "tarn reconcile --report report.json   tell what a check has found",
        "tarn fsck --report-dagster            check, and tell at once",
        "tarn reconcile                        tell what waits since Dagster was down");
  }

  static OptionSpec dagster() {
    return Declared.value(
        DAGSTER,
        "URL",
        String.class,
        "Where Dagster's webserver is; without it, what DAGSTER_URL says. For a proxy,"
            + " DAGSTER_AUTHORIZATION is the header Authorization.");
  }

  private static ExitCode run(Invocation invocation) {
    Reconciliation done =
        reconcile(
            invocation,
            invocation.quietStation(),
            invocation.<String>option(REPORT).map(file -> text(invocation, file)));
    invocation
        .shell()
        .print(invocation.json() ? Json.pretty(document(done)) + "\n" : text(done) + "\n");
    return ExitCode.DONE;
  }

  /** Tells Dagster; when it cannot be told, the report is kept and the error says so. */
  static Reconciliation reconcile(Invocation invocation, Station station, Optional<String> report) {
    Map<String, String> environment = invocation.shell().environment();
    String url =
        invocation
            .<String>option(DAGSTER)
            .or(() -> said(environment, URL_VARIABLE))
            .orElseThrow(Reconciler::nowhere);
    return new Reconciler(station.work().resolve("dagster"))
        .reconcile(address(url), said(environment, AUTHORIZATION_VARIABLE), report);
  }

  private static Optional<String> said(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(text -> !text.isBlank());
  }

  private static URI address(String text) {
    try {
      URI url = URI.create(text.strip());
      if (List.of("http", "https").contains(url.getScheme()) && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // The same message serves both.
    }
    throw Invocation.usage(
        "`" + text + "` is no address of a web server.", "Write it like http://127.0.0.1:3000.");
  }

  private static String text(Invocation invocation, String file) {
    try {
      return file.equals(STANDARD_INPUT)
          ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
          : Files.readString(invocation.path(file));
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.REPORT_UNREADABLE,
          "The report " + file + " cannot be read: " + e,
          "Give the file that `tarn fsck --json` was written to.",
          e);
    }
  }

  static Map<String, Object> document(Reconciliation done) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("tables", done.tables());
    document.put("baselines", done.baselines());
    document.put("damaged", done.damaged());
    document.put("restored", done.restored());
    document.put("rebuilt", done.rebuilt());
    document.put("unknown", done.unknown());
    document.put("undecided", done.undecided());
    document.put("reports", done.reports());
    return document;
  }

  static String text(Reconciliation done) {
    StringBuilder text = new StringBuilder();
    lines(text, "damaged", done.damaged());
    lines(text, "restored", done.restored());
    lines(text, "rebuilt", done.rebuilt());
    lines(text, "not looked at closely enough", done.undecided());
    lines(text, "unknown to Dagster", done.unknown());
    int told = done.damaged().size() + done.restored().size() + done.rebuilt().size();
    return text.append(
            "Dagster has %d tables; it was told of %d changes and of %d tables for the first time."
                .formatted(done.tables(), told, done.baselines().size()))
        .toString();
  }

  private static void lines(StringBuilder text, String what, List<String> tables) {
    tables.forEach(table -> text.append(what).append(": ").append(table).append('\n'));
  }
}
