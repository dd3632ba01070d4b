package tarn.assets.io;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.EngineErrors;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.TableState;
import tarn.lake.Tables;

/**
 * Every asset's way into the lake and out of it. Thread-safe: several assets may be written at the
 * same time.
 */
public final class IoManager {
  private static final int ATTEMPTS = 6;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

  private final Lake lake;
  private final RunIdentity run;
  private final RelationSource source;
  private final ConcurrentMap<Session, AssetKey> busy = new ConcurrentHashMap<>();

  /** An IO manager that writes to {@code lake} on behalf of {@code run}. */
  public IoManager(Lake lake, RunIdentity run) {
    this(lake, run, RelationSource.standard());
  }

  IoManager(Lake lake, RunIdentity run, RelationSource source) {
    this.lake = lake;
    this.run = run;
    this.source = source;
  }

  /**
   * Who writes.
   *
   * @param runId identifies the run in the lake's history; no two runs share one
   * @param author who a snapshot says made it
   */
  public record RunIdentity(String runId, String author) {}

  /**
   * Writes an output to its asset's table in one transaction: the rows, the table's columns and
   * comments, the results of the checks and the record of the materialization become visible
   * together or not at all.
   *
   * @throws TarnException {@code asset.check-failed} when a blocking check failed, {@code
   *     asset.schema-change-refused}, {@code catalog.conflict} when other writers kept coming
   *     first, {@code catalog.commit-unknown}, or whatever the output's own query fails with
   */
  public Materialization handleOutput(AssetKey key, Output output, WritePlan plan) {
    return handleOutput(key, output, plan, Alongside.nothing());
  }

  /** The same, with further writes in the same transaction. */
  public Materialization handleOutput(
      AssetKey key, Output output, WritePlan plan, Alongside alongside) {
    return handleRelation(
        key,
        new OutputRelation() {
          @Override
          public <T> T read(Session session, Function<StreamedRelation, T> work) {
            return source.withRelation(session, output, work);
          }
        },
        plan,
        alongside);
  }

  /** The same of an output that is no value but is made readable on a session. */
  public Materialization handleRelation(
      AssetKey key, OutputRelation output, WritePlan plan, Alongside alongside) {
    Instant started = Instant.now();
    try (Session session = lake.session()) {
      session.watchProgress();
      busy.put(session, key);
      try {
        Attempt attempt = new Attempt(lake, run, key, plan, alongside, session, started);
        Attempt.Ended ended =
            output.read(session, relation -> persistently(key, attempt, relation));
        return materialization(key, plan, session, ended, started);
      } finally {
        busy.remove(session);
      }
    }
  }

  /** Tries again when another writer came first, as long as the output can be read again. */
  private Attempt.Ended persistently(AssetKey key, Attempt attempt, StreamedRelation relation) {
    for (int tries = 1; ; tries++) {
      try {
        return attempt.write(relation);
      } catch (Attempt.BlockingChecksFailed e) {
        throw checksFailed(key, attempt, e);
      } catch (TarnException e) {
        if (!EngineErrors.mayPass(e)) {
          throw e;
        }
        switch (relation.reading()) {
          case ONCE -> {
            if (!EngineErrors.isConflict(e)) {
              throw e;
            }
            throw new TarnException(
                ErrorCode.CATALOG_CONFLICT,
                "Another writer changed "
                    + key.table()
                    + " first, and the output of "
                    + key
                    + " is a stream that cannot be read again: "
                    + e.getMessage(),
                "Materialize the asset again.",
                Effect.NOTHING_WRITTEN,
                e);
          }
          case AGAIN -> {
            if (tries == ATTEMPTS) {
              throw e;
            }
            lake.retried();
            pause(tries);
          }
        }
      }
    }
  }

  /** Twice as long each time, and at random in between, so that two writers part company. */
  private static void pause(int tries) {
    long longest = FIRST_PAUSE.toMillis() << tries;
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TarnException(ErrorCode.INTERRUPTED, "The write was stopped.", "Run it again.", e);
    }
  }

  private static TarnException checksFailed(
      AssetKey key, Attempt attempt, Attempt.BlockingChecksFailed failure) {
    TarnException error =
        new TarnException(
            ErrorCode.CHECK_FAILED,
            "Blocking checks of " + key + " failed, so nothing was written:\n" + failure.lines(),
            "Mend the data or the check; `_tarn.check_results` keeps what was found.");
    try {
      attempt.recordFailure(failure.results());
    } catch (TarnException e) {
      error.addSuppressed(e);
    }
    return error;
  }

  private Materialization materialization(
      AssetKey key, WritePlan plan, Session session, Attempt.Ended ended, Instant started) {
    return switch (ended.outcome()) {
      case Attempt.Outcome.Same same ->
          new Materialization.Unchanged(
              key,
              same.rows(),
              same.snapshot(),
              same.version().toString(),
              same.checks(),
              Duration.between(started, Instant.now()));
      case Attempt.Outcome.Changed changed -> {
        long snapshot = ended.snapshot().orElseThrow();
        Tables.Added added =
            Tables.find(session, key.table())
                .map(table -> Tables.added(session, table.id(), snapshot))
                .orElseGet(() -> new Tables.Added(0, 0));
        yield new Materialization.Written(
            key,
            changed.rows(),
            changed.rowsWritten(),
            added.files(),
            added.bytes(),
            snapshot,
            changed.version().map(DataVersion::toString),
            plan.codeVersion(),
            changed.checks(),
            Duration.between(started, Instant.now()));
      }
    };
  }

  /**
   * Whether an asset need not even run: its code, its inputs and the engine are those of its last
   * materialization, and nobody has touched its table since. Only ask for an asset whose output
   * depends on nothing but {@code plan.inputs()}.
   */
  public Optional<Materialization.Unchanged> unchangedSince(AssetKey key, WritePlan plan) {
    return switch (currency(key, plan)) {
      case Currency.Current(var unchanged) -> Optional.of(unchanged);
      case Currency.Outdated _ -> Optional.empty();
    };
  }

  /** The same, with the reasons why it has to run. */
  public Currency currency(AssetKey key, WritePlan plan) {
    switch (plan.unchanged()) {
      case ALWAYS_WRITE, REWRITE, REMAKE -> {
        return new Currency.Outdated(Set.of("it is always written"));
      }
      case SKIP -> {}
    }
    Instant started = Instant.now();
    try (Session session = lake.session()) {
      Optional<TableState> table = Tables.find(session, key.table());
      Optional<History.Recorded> latest = History.latest(session, key);
      if (table.isEmpty() || latest.isEmpty()) {
        return new Currency.Outdated(Set.of("it was never materialized, or its table is gone"));
      }
      History.Recorded known = latest.get();
      Set<String> reasons = known.reasonsToRun(session, table.get(), plan);
      return reasons.isEmpty()
          ? new Currency.Current(
              new Materialization.Unchanged(
                  key,
                  known.rows(),
                  known.snapshot(),
                  known.dataVersion().orElseThrow().toString(),
                  List.of(),
                  Duration.between(started, Instant.now())))
          : new Currency.Outdated(reasons);
    }
  }

  /**
   * What an asset's table holds, as one of its consumers records it: the data version of its last
   * materialization, or {@code snapshot:<id>} when the table was changed by others or without a
   * data version; nothing when there is no table.
   */
  public Optional<String> dataVersion(AssetKey key) {
    try (Session session = lake.session()) {
      String engine = History.engine(session);
      return Tables.find(session, key.table())
          .map(
              table ->
                  History.latest(session, key)
                      .filter(known -> known.standsFor(session, table, engine))
                      .map(known -> known.dataVersion().orElseThrow().toString())
                      .orElseGet(() -> "snapshot:" + Tables.lastTouched(session, table.id())));
    }
  }

  /**
   * The same of a table that no asset makes: its identity and the newest snapshot that touched it.
   */
  public Optional<String> tableVersion(TableName name) {
    try (Session session = lake.session()) {
      return Tables.find(session, name)
          .map(table -> "table:" + table.id() + "@" + Tables.lastTouched(session, table.id()));
    }
  }

  /**
   * How far the statements of what is being written now are, 0 to 1, where the engine can tell. An
   * output takes several statements, so it may start again.
   */
  public Map<AssetKey, Double> progress() {
    Map<AssetKey, Double> parts = new HashMap<>();
    busy.forEach(
        (session, key) -> session.progress().ifPresent(part -> parts.merge(key, part, Math::max)));
    return parts;
  }

  /** Stops whatever is being written now; each of those calls ends with {@code interrupted}. */
  public void cancel() {
    busy.keySet().forEach(Session::cancel);
  }

  /** An asset's table as a lazy relation: what reads it pushes its filters and columns down. */
  public Output.Relation loadInput(AssetKey key) {
    return new Output.Relation("SELECT * FROM " + key.table().quoted());
  }

  /** The same as it was at a snapshot. */
  public Output.Relation loadInput(AssetKey key, long snapshot) {
    return new Output.Relation(
        "SELECT * FROM " + key.table().quoted() + " AT (VERSION => " + snapshot + ")");
  }
}
