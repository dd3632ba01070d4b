package tarn.integrity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tarn.base.TarnException;
import tarn.integrity.catalog.CatalogState;
import tarn.integrity.catalog.Scope;
import tarn.integrity.catalog.Workspace;
import tarn.integrity.check.Check;
import tarn.integrity.check.FurtherFiles;
import tarn.integrity.check.Progress;
import tarn.integrity.check.StopSignal;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.ledger.Ledger;
import tarn.integrity.ledger.RunHistory;
import tarn.integrity.report.FsckReport;
import tarn.integrity.report.FsckReport.Status;
import tarn.integrity.report.FsckReport.Work;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * Checks a lake: that every file that its catalog refers to is there and right, and that nothing
 * else is. Others may read and write the lake meanwhile.
 */
public final class Fsck {
  private final Lake lake;
  private final FileStore files;
  private final FurtherFiles further;
  private final StopSignal stop;
  private final Progress progress;

  /**
   * Of a lake whose data lie in a folder; of any other only the catalog can be checked.
   *
   * @param lake one opened for reading can be checked, and keeps no results
   */
  public Fsck(Lake lake, StopSignal stop, Progress progress) {
    this(lake, LakeFiles.of(lake.settings().dataPath()), stop, progress);
  }

  /**
   * @param files of the lake's data path
   */
  public Fsck(Lake lake, FileStore files, StopSignal stop, Progress progress) {
    this(lake, files, FurtherFiles.NONE, stop, progress);
  }

  /**
   * @param files of the lake's data path
   * @param further looked at when the whole lake is
   */
  public Fsck(
      Lake lake, FileStore files, FurtherFiles further, StopSignal stop, Progress progress) {
    this.lake = lake;
    this.files = files;
    this.further = further;
    this.stop = stop;
    this.progress = progress;
  }

  /** Whether the lake has, or had once, what a scope names. */
  public static boolean knows(Lake lake, Scope scope) {
    if (scope.schema().isEmpty()) {
      return true;
    }
    try (Session session = lake.catalogSession()) {
      return session
          .queryFirst(
              """
              SELECT 1 FROM %1$s.ducklake_schema s
              LEFT JOIN %1$s.ducklake_table t ON t.schema_id = s.schema_id
              WHERE s.schema_name = ? AND (? IS NULL OR t.table_name = ?)"""
                  .formatted(Lake.METADATA),
              row -> row.getInt(1),
              scope.schema().get(),
              scope.table().orElse(null),
              scope.table().orElse(null))
          .isPresent();
    }
  }

  public static FsckReport run(Lake lake, FsckRequest request) {
    return new Fsck(lake, () -> false, Progress.NONE).run(request);
  }

  /**
   * Runs one check.
   *
   * @throws TarnException when the catalog cannot be read or the data path cannot be used at all
   */
  public FsckReport run(FsckRequest request) {
    return run(UUID.randomUUID().toString(), request);
  }

  /**
   * The same under a name that its caller gives it.
   *
   * @param runId unlike any other's
   */
  public FsckReport run(String runId, FsckRequest request) {
    Instant started = Instant.now();
    try (Session session = lake.catalogSession()) {
      Ledger ledger = Ledger.open(lake, session, files.root());
      RunHistory history = new RunHistory(session, ledger);
      Check check =
          new Check(session, files, ledger, lake.settings().dataPath(), further, stop, progress);
      Check.Task task =
          new Check.Task(
              request.level(),
              request.scope(),
              request.within(),
              request.limits().time(),
              request.limits().bytes(),
              request.limits().bytesPerSecond(),
              request.orphanAge(),
              request.deletionAge());
      CatalogState state = check.readCatalog(task);
      history.begin(
          new RunHistory.Start(
              runId, started, request.level(), request.scope().display(), state.snapshot()));
      Check.Outcome outcome = check.lookAtFiles(task, state);
      FsckReport report = report(runId, started, request, ledger, state, outcome);
      keep(history, report, request, outcome);
      return report.withStillOpen(history.openBeside(runId, reach(request)));
    }
  }

  private FsckReport report(
      String runId,
      Instant started,
      FsckRequest request,
      Ledger ledger,
      CatalogState state,
      Check.Outcome outcome) {
    List<Finding> findings = outcome.findings();
    Status status =
        outcome.ending() == Check.Ending.STOPPED ? Status.INTERRUPTED : FsckReport.status(findings);
    return new FsckReport(
        runId,
        status,
        request.level(),
        request.scope().display(),
        started,
        Instant.now(),
        state,
        new Work(
            outcome.listed(),
            outcome.young(),
            outcome.read(),
            outcome.readBytes(),
            outcome.complete()),
        ledger.coverage(Workspace.FILES),
        findings,
        outcome.omitted(),
        0);
  }

  private void keep(
      RunHistory history, FsckReport report, FsckRequest request, Check.Outcome outcome) {
    history.record(report.runId(), report.finished(), report.findings());
    boolean whole =
        outcome.ending() == Check.Ending.FINISHED
            && report.omitted() == 0
            && !request.scope().isPartOfATable();
    // What could not be looked at may still be wrong.
    boolean seen =
        report.findings().stream()
            .noneMatch(finding -> finding.type() == FindingClass.UNVERIFIABLE);
    if (whole && seen) {
      history.resolve(
          report.runId(), report.started(), report.finished(), reach(request), Workspace.FILES);
    }
    history.end(
        report.runId(),
        new RunHistory.End(
            report.finished(),
            report.status().text(),
            report.catalog().files(),
            report.catalog().bytes(),
            report.work().read(),
            report.work().readBytes(),
            report.findings().size() + report.omitted(),
            report.oldestVerified(),
            detail(report)));
  }

  private RunHistory.Reach reach(FsckRequest request) {
    return new RunHistory.Reach(
        request.level(),
        request.scope().schema(),
        request.scope().table(),
        further.equals(FurtherFiles.NONE) || !request.scope().isEverything()
            ? RunHistory.Beside.LEFT_OUT
            : RunHistory.Beside.LOOKED_AT);
  }

  private static Optional<String> detail(FsckReport report) {
    return report.work().complete()
        ? Optional.empty()
        : Optional.of("the budget ended before the files did");
  }

  /** Shows results as tables of the lake, for SQL: {@code _tarn.fsck_runs} and others. */
  public void showResults() {
    if (lake.access() == Access.WRITE) {
      Ledger.show(lake);
    }
  }
}
