package tarn.cli;

import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import tarn.assets.AssetKey;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.assets.graph.AssetGraph;
import tarn.assets.graph.Selection;
import tarn.assets.run.Materializer;
import tarn.assets.run.Rerun;
import tarn.assets.run.RunListener;
import tarn.assets.run.RunPlan;
import tarn.assets.run.RunReport;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.cli.Shell.Stream;
import tarn.cli.materialize.LiveDisplay;
import tarn.cli.materialize.PlainLines;
import tarn.cli.materialize.PlanText;
import tarn.cli.materialize.RunDocument;
import tarn.cli.materialize.RunText;
import tarn.dagster.pipes.PipesListener;
import tarn.dagster.pipes.PipesProgress;
import tarn.dagster.pipes.PipesSession;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.station.Station;

/** {@code tarn materialize}: brings assets up to date. */
final class MaterializeCommand {
  private static final String FULL = "--full";
  private static final String DRY_RUN = "--dry-run";
  private static final String QUIET = "--quiet";

  private MaterializeCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec materialize =
        Declared.command(
            shell,
            "materialize",
            "Bring assets up to date: each after those that it reads, independent ones side by side."
                + " An asset of which nothing has changed is not run; content that equals what its"
                + " table holds is not written. When one fails, those made from it are not run, and"
                + " the others go on.",
            MaterializeCommand::run);
    materialize
        .addPositional(
            Declared.argument(
                "SELECTION",
                "The assets, in Dagster's selection syntax: a key, +key (with what it is made"
                    + " from), key+ (with what is made from it), tag:…, group:…, and, or, not;"
                    + " without it, all."))
        .addOption(
            Declared.flag(
                FULL,
                "Run every selected asset, though nothing has changed, and write what comes out,"
                    + " though it is what the table holds."))
        .addOption(
            Declared.flag(
                DRY_RUN, "Only say what would run, in which order and why; nothing is written."))
        .addOption(
            Declared.flag(QUIET, "Print failures only; not the progress and not the summary."))
        .addOption(Declared.json());
    return Declared.withExamples(
        materialize,
        "tarn materialize                      bring every asset up to date",
        "tarn materialize '+mart/lab_trends'   one asset and all that it is made from",
        "tarn materialize 'group:omop'         those of a group",
        "tarn materialize --dry-run            say what would be done, and why",
        "tarn materialize --json | jq '.assets[] | select(.state == \"failed\") | .error'");
  }

  /** Tells Dagster, when that has started the program. */
  private static ExitCode run(Invocation invocation) {
    Shell shell = invocation.shell();
    Optional<PipesSession> dagster = PipesSession.open(shell.environment(), shell::say);
    if (dagster.isEmpty()) {
      return run(invocation, Optional.empty());
    }
    try (PipesSession session = dagster.get()) {
      try {
        ExitCode code = run(invocation, dagster);
        if (code != ExitCode.DONE) {
          session.failed("TarnRunFailed", "The run of the station ended as: " + code.meaning());
        }
        return code;
      } catch (TarnException e) {
        session.failed(e.code().code(), e.getMessage() + "\n→ " + e.remedy());
        throw e;
      }
    }
  }

  private static ExitCode run(Invocation invocation, Optional<PipesSession> dagster) {
    Station station = invocation.station();
    AssetGraph graph =
        AssetGraph.of(
            StationAssets.load(
                station, LakeTables.opening(station.settings().lake(), invocation.extensions())));
    Set<AssetKey> selected = Selection.select(graph, invocation.argument().orElse("*"));
    Rerun rerun = invocation.has(FULL) ? Rerun.EVERYTHING : Rerun.WHAT_CHANGED;
    if (invocation.has(DRY_RUN)) {
      show(invocation, plan(invocation, station, graph, selected, rerun));
      return ExitCode.DONE;
    }
    try (Lake lake = invocation.create(station)) {
      Materializer materializer =
          new Materializer(lake, station, graph, System.getProperty("user.name", "tarn"));
      Interruption.onInterrupt(materializer::cancel);
      RunReport report = run(invocation, lake, materializer, selected, rerun, dagster);
      ExitCode code = exitCode(report);
      show(invocation, report, code);
      return code;
    }
  }

  private static RunReport run(
      Invocation invocation,
      Lake lake,
      Materializer materializer,
      Set<AssetKey> selected,
      Rerun rerun,
      Optional<PipesSession> dagster) {
    if (dagster.isEmpty()) {
      return watch(invocation, materializer, selected, rerun);
    }
    PipesSession session = dagster.get();
    try (PipesProgress _ = PipesProgress.start(session, materializer::progress)) {
      return watch(
          invocation,
          materializer,
          selected,
          rerun,
          listener -> new PipesListener(session, lake, materializer.runId(), listener));
    }
  }

  /** Runs assets, and shows on standard error how far they have come. */
  static RunReport watch(
      Invocation invocation, Materializer materializer, Set<AssetKey> selected, Rerun rerun) {
    return watch(invocation, materializer, selected, rerun, UnaryOperator.identity());
  }

  private static RunReport watch(
      Invocation invocation,
      Materializer materializer,
      Set<AssetKey> selected,
      Rerun rerun,
      UnaryOperator<RunListener> heardBy) {
    Shell shell = invocation.shell();
    if (invocation.has(QUIET)) {
      return materializer.run(selected, rerun, heardBy.apply(RunListener.none()));
    }
    boolean dumb = "dumb".equals(shell.environment().get("TERM"));
    if (!shell.isTerminal(Stream.ERR) || dumb) {
      return materializer.run(
          selected,
          rerun,
          heardBy.apply(new PlainLines(shell.err(), invocation.style(Stream.ERR))));
    }
    try (LiveDisplay display =
        LiveDisplay.start(
            shell.err(), invocation.style(Stream.ERR), selected.size(), materializer::progress)) {
      return materializer.run(selected, rerun, heardBy.apply(display));
    }
  }

  private static RunPlan plan(
      Invocation invocation,
      Station station,
      AssetGraph graph,
      Set<AssetKey> selected,
      Rerun rerun) {
    try (Lake lake = invocation.open(station, Access.READ)) {
      return new Materializer(lake, station, graph, "").plan(selected, rerun);
    } catch (TarnException e) {
      if (e.code() != ErrorCode.CATALOG_NOT_FOUND) {
        throw e;
      }
      return RunPlan.ofNewLake(graph, selected);
    }
  }

  private static void show(Invocation invocation, RunPlan plan) {
    invocation
        .shell()
        .print(
            invocation.json()
                ? Json.pretty(RunDocument.of(plan)) + "\n"
                : PlanText.of(plan, invocation.style(Stream.OUT)));
  }

  private static void show(Invocation invocation, RunReport report, ExitCode code) {
    Shell shell = invocation.shell();
    if (invocation.json()) {
      shell.print(Json.pretty(RunDocument.of(report, code.number())) + "\n");
      return;
    }
    if (!invocation.has(QUIET)) {
      shell.print(RunText.summary(report, invocation.style(Stream.OUT)));
    }
    String troubles = RunText.troubles(report, invocation.style(Stream.ERR));
    if (!troubles.isEmpty()) {
      shell.say("\n" + troubles.stripTrailing());
    }
  }

  static ExitCode exitCode(RunReport report) {
    return switch (report.outcome()) {
      case DONE -> ExitCode.DONE;
      case FAILED -> ExitCode.FAILED;
      case INTERRUPTED -> ExitCode.INTERRUPTED;
      case UNKNOWN -> ExitCode.OUTCOME_UNKNOWN;
    };
  }
}
