package tarn.integrity.check;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.CatalogState;
import tarn.integrity.catalog.Invariants;
import tarn.integrity.catalog.Scope;
import tarn.integrity.files.FileStore;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Session;

/** One check of a lake, level by level. */
public final class Check {
  private final Session session;
  private final FileStore store;
  private final Ledger ledger;
  private final String dataPath;
  private final FurtherFiles further;
  private final StopSignal stop;
  private final Progress progress;
  private final Candidates candidates = new Candidates();
  private long listed;
  private long young;
  private long read;
  private long readBytes;
  private boolean complete = true;
  private Ending ending = Ending.FINISHED;

  /**
   * @param session one of {@link tarn.lake.Lake#catalogSession}, for this check alone
   * @param dataPath as the lake is attached with it
   */
  public Check(
      Session session,
      FileStore store,
      Ledger ledger,
      String dataPath,
      FurtherFiles further,
      StopSignal stop,
      Progress progress) {
    this.session = session;
    this.store = store;
    this.ledger = ledger;
    this.dataPath = dataPath;
    this.further = further;
    this.stop = stop;
    this.progress = progress;
  }

  /** What is to be done beyond the catalog. */
  public record Task(
      Level level,
      Scope scope,
      Optional<Duration> within,
      Optional<Duration> time,
      Optional<Long> bytes,
      Optional<Long> bytesPerSecond,
      Duration orphanAge,
      Duration deletionAge) {}

  /** Whether it went to its end. */
  public enum Ending {
    FINISHED,
    STOPPED
  }

  /** What it came to. */
  public record Outcome(
      Ending ending,
      List<Finding> findings,
      long omitted,
      long listed,
      long young,
      long read,
      long readBytes,
      boolean complete) {}

  /** Reads the catalog into the workspace and checks its rules, all in one snapshot of it. */
  public CatalogState readCatalog(Task task) {
    progress.phase("Reading the catalog", 0, 0);
    session.execute("BEGIN TRANSACTION");
    try {
      CatalogState state = new CatalogReader(session, store, dataPath).read(task.scope, task.level);
      Invariants.Broken broken =
          new Invariants(session).check(state, store.root(), task.deletionAge);
      broken.findings().stream()
          .filter(finding -> concerns(task.scope, finding))
          .forEach(candidates::addCertain);
      candidates.omit(broken.omitted());
      // Only the temporary tables were written, and these are to stay.
      session.execute("COMMIT");
      return state;
    } catch (IOException e) {
      session.execute("ROLLBACK");
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "The data path " + dataPath + " cannot be used: " + e,
          "Make it readable for this user, then check again.",
          e);
    }
  }

  /** What is wrong with the catalog as a whole concerns every table. */
  private static boolean concerns(Scope scope, Finding finding) {
    return finding
        .affected()
        .map(
            affected ->
                scope.schema().isEmpty()
                    || (affected.schema().map(scope.schema().get()::equals).orElse(true)
                        && (scope.table().isEmpty()
                            || affected.table().map(scope.table().get()::equals).orElse(true))))
        .orElse(true);
  }

  /** Looks at the files; {@link #readCatalog} comes first. */
  public Outcome lookAtFiles(Task task, CatalogState state) {
    session.execute("CREATE OR REPLACE TEMP TABLE tarn_check_further(path VARCHAR)");
    try {
      look(task, state);
    } catch (StoppedException e) {
      ending = Ending.STOPPED;
    }
    return new Outcome(
        ending,
        candidates.confirmed(session),
        candidates.omitted(),
        listed,
        young,
        read,
        readBytes,
        complete);
  }

  private void look(Task task, CatalogState state) {
    if (!task.level.includes(Level.EXISTS)) {
      return;
    }
    Optional<Witness> witness = witness(task);
    Optional<Finding> older = witness.flatMap(each -> each.contradicts(state));
    older.ifPresent(candidates::addCertain);
    // What was written after an older catalog's last snapshot is no orphan: that catalog lost it.
    Instant judged = older.isPresent() ? state.snapshotTime() : Instant.now().minus(task.orphanAge);
    Existence.Listed seen =
        new Existence(session, store, ledger, candidates, stop, progress)
            .check(task.scope, judged, state.files());
    listed = seen.files();
    young = seen.young();
    if (isAway(seen)) {
      complete = false;
      return;
    }
    if (older.isEmpty() && ledger.isWritable()) {
      witness.ifPresent(each -> each.remember(state));
    }
    if (task.level.includes(Level.FOOTER)) {
      new Footers(session, store, ledger, candidates, stop, progress).check(state.files());
    }
    Budget budget = new Budget(task.time, task.bytes, task.bytesPerSecond, stop);
    if (task.level.includes(Level.CONTENT)) {
      Contents.Read contents =
          new Contents(session, store, ledger, candidates, budget, stop, progress)
              .check(task.within);
      read = contents.files();
      readBytes = contents.bytes();
      complete = contents.complete();
    }
    if (task.scope.isEverything()) {
      lookFurther(task, budget);
    }
    if (task.level.includes(Level.DECODE)) {
      complete &=
          new Decoding(session, store, ledger, candidates, budget, stop, progress)
              .check(state.files(), state.bytes());
    }
  }

  private void lookFurther(Task task, Budget budget) {
    FurtherFiles.Result beside =
        further.check(
            new FurtherFiles.Look(
                session,
                ledger,
                task.level,
                Instant.now().minus(task.orphanAge),
                task.within,
                budget,
                candidates::addCertain,
                stop,
                progress));
    listed += beside.listed();
    young += beside.young();
    read += beside.read();
    readBytes = budget.spent();
    complete &= beside.complete();
  }

  private Optional<Witness> witness(Task task) {
    return task.scope.isEverything() && !store.root().contains("://")
        ? Optional.of(new Witness(Path.of(store.root()), session))
        : Optional.empty();
  }

  /** Without the data path there is nothing to look at, and nothing to say about any file. */
  private boolean isAway(Existence.Listed seen) {
    return seen.unlisted().stream().anyMatch(folder -> folder.folder().equals(store.root()));
  }
}
