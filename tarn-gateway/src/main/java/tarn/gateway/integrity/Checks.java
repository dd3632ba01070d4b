package tarn.gateway.integrity;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.BlobCheck;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.IntegrityHistory;
import tarn.integrity.catalog.Scope;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.finding.Level;
import tarn.lake.Lake;
import tarn.station.IntegritySettings;
import tarn.station.Station;
import tarn.station.StationSettings;

/**
 * Checks of the lake that the service makes, one at a time: when it starts, as often as the
 * settings say, and when somebody asks. Thread-safe.
 */
public final class Checks implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("tarn.gateway");
  private static final int KEPT = 100;

  /** A writer of this service commits sooner than this, or not at all. */
  private static final Duration ORPHAN_AGE = Duration.ofDays(1);

  private final Lake lake;
  private final Station station;
  private final ConcurrentLinkedDeque<CheckRun> checks = new ConcurrentLinkedDeque<>();
  private final Semaphore turn = new Semaphore(1);
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("checks").factory());
  private volatile boolean closed;

  private Checks(Lake lake, Station station) {
    this.lake = lake;
    this.station = station;
  }

  /** Begins to check as often as the station's settings say. */
  public static Checks open(Lake lake, Station station) {
    Checks checks = new Checks(lake, station);
    IntegritySettings settings = station.settings().integrity();
    settings.every().ifPresent(checks::schedule);
    return checks;
  }

  private void schedule(Duration every) {
    clock.execute(() -> checkNow(Level.EXISTS));
    // What was written since it was compared is read even when its time has not come.
    Future<?> _ =
        clock.scheduleWithFixedDelay(
            () -> checkNow(Level.CONTENT), 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void checkNow(Level level) {
    IntegritySettings settings = station.settings().integrity();
    FsckRequest request =
        new FsckRequest(
            level,
            Scope.EVERYTHING,
            Optional.of(settings.within()),
            limits(Optional.empty()),
            ORPHAN_AGE,
            FsckRequest.DELETION_AGE);
    try {
      turn.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      run(keep(new CheckRun(request, "schedule")));
    } finally {
      turn.release();
    }
  }

  private FsckRequest.Limits limits(Optional<Duration> time) {
    return new FsckRequest.Limits(
        time, Optional.empty(), Optional.of(station.settings().integrity().bytesPerSecond()));
  }

  /**
   * Starts a check, which goes on by itself.
   *
   * @param within leave out contents that were compared more recently
   * @param budget begin no further file after so long
   * @throws TarnException {@code request.conflict} while another one goes on
   */
  public CheckRun start(
      Level level,
      Scope scope,
      Optional<Duration> within,
      Optional<Duration> budget,
      String author) {
    if (!Fsck.knows(lake, scope)) {
      throw new TarnException(
          ErrorCode.REQUEST_NOT_FOUND,
          "The lake has no " + scope.display() + ", and had none in its history.",
          "`GET /api/v1/catalog/tables` lists the tables.");
    }
    if (closed || !turn.tryAcquire()) {
      throw new TarnException(
          ErrorCode.REQUEST_CONFLICT,
          "Another check goes on.",
          "Wait for its end, or stop it; `GET /api/v1/integrity` names it.");
    }
    CheckRun check =
        keep(
            new CheckRun(
                new FsckRequest(
                    level, scope, within, limits(budget), ORPHAN_AGE, FsckRequest.DELETION_AGE),
                author));
    Thread.ofPlatform()
        .daemon()
        .name("check " + check.id())
        .start(
            () -> {
              try {
                run(check);
              } finally {
                turn.release();
              }
            });
    return check;
  }

  private CheckRun keep(CheckRun check) {
    checks.addFirst(check);
    while (checks.size() > KEPT) {
      checks.removeLast();
    }
    return check;
  }

  private void run(CheckRun check) {
    if (closed) {
      check.failedWith("The service is ending.");
      return;
    }
    StationSettings settings = station.settings();
    try (LakeFiles files = LakeFiles.open(settings.location(), settings.store());
        BlobCheck blobs = BlobCheck.beside(settings.dataPath(), settings.store())) {
      check.endedWith(
          new Fsck(lake, files.files(), blobs, check, check).run(check.id(), check.request()));
    } catch (TarnException e) {
      check.failedWith(e.getMessage());
    } catch (RuntimeException e) {
      // The next one may go well; the service itself goes on.
      check.failedWith(String.valueOf(e));
      LOG.log(System.Logger.Level.ERROR, "the check failed", e);
    }
  }

  /** Those since the service was started, the newest first. */
  public List<CheckRun> all() {
    return List.copyOf(checks);
  }

  public Optional<CheckRun> find(String id) {
    return checks.stream().filter(check -> check.id().equals(id)).findFirst();
  }

  /** What checks found, also those of other programs. */
  public IntegrityHistory history() {
    return new IntegrityHistory(lake);
  }

  /** Stops what still runs, and waits for its end. */
  @Override
  public void close() {
    closed = true;
    checks.forEach(CheckRun::cancel);
    clock.shutdownNow();
    try {
      if (turn.tryAcquire(30, TimeUnit.SECONDS)) {
        turn.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
