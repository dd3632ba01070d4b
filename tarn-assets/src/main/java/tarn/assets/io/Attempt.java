package tarn.assets.io;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.WriteMode;
import tarn.assets.check.CheckResult;
import tarn.assets.check.Checks;
import tarn.assets.io.IoManager.RunIdentity;
import tarn.assets.io.TypeEvolution.RowsThatStay;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.integrity.write.WrittenFiles;
import tarn.lake.CommitMessage;
import tarn.lake.ContentTap;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Snapshots;
import tarn.lake.TableName;
import tarn.lake.TableState;
import tarn.lake.Tables;
import tarn.lake.Transaction;
import tarn.lake.Transaction.Decision;

/** One try to write an output: one transaction, or two when only a description has changed. */
final class Attempt {
  private final Lake lake;
  private final RunIdentity run;
  private final AssetKey key;
  private final WritePlan plan;
  private final Alongside alongside;
  private final Session session;
  private final Instant started;
  private final String engine;
  private final Optional<ContentTap> tap;

  Attempt(
      Lake lake,
      RunIdentity run,
      AssetKey key,
      WritePlan plan,
      Alongside alongside,
      Session session,
      Instant started) {
    this.lake = lake;
    this.run = run;
    this.key = key;
    this.plan = plan;
    this.alongside = alongside;
    this.session = session;
    this.started = started;
    this.engine = History.engine(session);
    this.tap =
        switch (plan.unchanged()) {
          case SKIP, REWRITE, REMAKE -> Optional.of(lake.tap());
          case ALWAYS_WRITE -> Optional.empty();
        };
  }

  /** What one transaction came to, before anyone knows its snapshot. */
  sealed interface Outcome {
    List<CheckResult> checks();

    record Changed(
        long rows, long rowsWritten, Optional<DataVersion> version, List<CheckResult> checks)
        implements Outcome {}

    /**
     * Nothing is to be written.
     *
     * @param snapshot the newest one that is known to hold the content
     * @param seenAt the one at which the content was compared
     */
    record Same(
        long rows, long snapshot, long seenAt, DataVersion version, List<CheckResult> checks)
        implements Outcome {}
  }

  /** What became of it, and in which snapshot when something was written. */
  record Ended(Outcome outcome, Optional<Long> snapshot) {}

  Ended write(StreamedRelation relation) {
    HistoryTables.ensure(session);
    HistoryTables.ensureSchema(session, key.table().schema());
    TreeSet<TableName> tables = new TreeSet<>(alongside.tables());
    tables.add(key.table());
    Ended ended = durably(tables, () -> decide(relation));
    return switch (ended.outcome) {
      case Outcome.Changed _ -> ended;
      case Outcome.Same same -> durably(tables, () -> describe(same));
    };
  }

  /** Nothing is committed that a power cut could still take. */
  private Ended durably(Set<TableName> tables, Supplier<Decision<Outcome>> body) {
    WrittenFiles files = WrittenFiles.of(lake, tables);
    Ended ended =
        ended(
            Transaction.run(
                lake,
                session,
                tables,
                _ -> {
                  Decision<Outcome> decision = body.get();
                  switch (decision) {
                    case Decision.Commit<Outcome> _ -> files.force();
                    case Decision.Discard<Outcome> _ -> {}
                  }
                  return decision;
                }));
    ended.snapshot.ifPresent(_ -> files.record());
    return ended;
  }

  private static Ended ended(Transaction.Result<Outcome> result) {
    return switch (result) {
      case Transaction.Result.Written<Outcome>(Outcome outcome, long snapshot) ->
          new Ended(outcome, Optional.of(snapshot));
      case Transaction.Result.NothingWritten<Outcome>(Outcome outcome) ->
          new Ended(outcome, Optional.empty());
    };
  }

  private Decision<Outcome> decide(StreamedRelation relation) {
    long base = Snapshots.current(session);
    Target target = target(relation);
    TableWrite write =
        switch (plan.mode()) {
          case WriteMode.Replace() -> new ReplaceWrite();
          case WriteMode.Append() -> new AppendWrite(alongside.replaces());
          case WriteMode.Merge merge -> new MergeWrite(merge);
          case WriteMode.OverwritePartitions overwrite -> new OverwriteWrite(overwrite);
        };
    return switch (write.write(target)) {
      case TableWrite.Written.Same(Optional<DataVersion> version) -> {
        DataVersion content = version.orElseGet(() -> contentOf(target, target.quoted()));
        long snapshot = target.recorded().map(History.Recorded::snapshot).orElse(base);
        yield new Decision.Discard<>(
            new Outcome.Same(content.rows(), snapshot, base, content, List.of()));
      }
      case TableWrite.Written.Changed(long written, var sum) -> {
        target.finish();
        Descriptions.apply(
            session, target.name(), target.before(), target.incoming().columns(), plan);
        alongside.write(session, run.runId());
        List<CheckResult> checks = check(target.name());
        Optional<DataVersion> version =
            target.watchesContent()
                ? Optional.of(
                    sum.map(known -> new DataVersion(engine, known))
                        .orElseGet(() -> contentOf(target, target.quoted())))
                : Optional.empty();
        yield commit(new Outcome.Changed(target.rows(), written, version, checks));
      }
    };
  }

  private DataVersion contentOf(Target target, String relation) {
    return target.incoming().versionOf(session, engine, relation);
  }

  /** After an output that changed nothing: what else there is to keep, and what checks say now. */
  private Decision<Outcome> describe(Outcome.Same same) {
    Optional<TableState> table = Tables.find(session, key.table());
    TableName name = table.map(TableState::name).orElse(key.table());
    requireUntouched(table, same.seenAt);
    List<String> columns =
        table.stream()
            .flatMap(state -> state.columns().stream())
            .map(TableState.Column::name)
            .toList();
    boolean described = Descriptions.apply(session, name, table, columns, plan);
    Alongside.Wrote wrote = alongside.write(session, run.runId());
    List<CheckResult> checks = check(name);
    if (!described && wrote == Alongside.Wrote.NOTHING) {
      return new Decision.Discard<>(
          new Outcome.Same(same.rows, same.snapshot, same.seenAt, same.version, checks));
    }
    return commit(new Outcome.Changed(same.rows, 0, Optional.of(same.version), checks));
  }

  /** Nobody may have changed the table between the two transactions. */
  private void requireUntouched(Optional<TableState> table, long seenAt) {
    boolean untouched =
        table
            .filter(
                state ->
                    Tables.since(session, state.id(), seenAt, seenAt) == Tables.Since.UNTOUCHED)
            .isPresent();
    if (!untouched) {
      throw new TarnException(
          ErrorCode.CATALOG_CONFLICT,
          key.table() + " was changed while its output was found to be the same as before.",
          "Another writer changed the same table first. Run it again.");
    }
  }

  private Decision<Outcome> commit(Outcome.Changed changed) {
    History.add(session, entry(History.Outcome.WRITTEN, changed), changed.checks);
    return new Decision.Commit<>(changed, message(changed));
  }

  private List<CheckResult> check(TableName table) {
    List<CheckResult> results = Checks.run(session, key, table, plan.checks());
    boolean failed =
        results.stream()
            .anyMatch(
                result -> !result.passed() && result.check().severity() == Check.Severity.BLOCKING);
    if (failed) {
      throw new BlockingChecksFailed(results);
    }
    return results;
  }

  /** Keeps what blocking checks found, after nothing else was written. */
  void recordFailure(List<CheckResult> checks) {
    Outcome.Changed nothing = new Outcome.Changed(0, 0, Optional.empty(), checks);
    Transaction.run(
        lake,
        session,
        List.of(),
        _ -> {
          History.add(session, entry(History.Outcome.FAILED, nothing), checks);
          return new Decision.Commit<>(nothing, message(nothing));
        });
  }

  private Target target(StreamedRelation relation) {
    OutputShape shape = OutputShape.of(session, key, relation.select());
    Optional<TableState> committed = Tables.find(session, key.table());
    SchemaPlan evolved =
        committed
            .map(table -> SchemaPlan.evolve(key, table, shape, plan.allowedChanges(), stays()))
            .orElseGet(() -> SchemaPlan.create(shape));
    boolean remakes = plan.unchanged() == WritePlan.UnchangedPolicy.REMAKE;
    SchemaPlan schema = remakes ? evolved.anew() : evolved;
    Optional<TableState> before = remakes ? Optional.empty() : committed;
    Optional<History.Recorded> latest = History.latest(session, key);
    return new Target(
        session,
        key,
        committed.map(TableState::name).orElse(key.table()),
        before,
        remakes ? committed : Optional.empty(),
        schema,
        new IncomingRows(key, relation, shape, schema, tap),
        plan,
        engine,
        latest.filter(
            known -> before.filter(table -> known.standsFor(session, table, engine)).isPresent()),
        foresight(relation, latest));
  }

  private RowsThatStay stays() {
    if (plan.unchanged() == WritePlan.UnchangedPolicy.REMAKE) {
      return RowsThatStay.NONE;
    }
    return switch (plan.mode()) {
      case WriteMode.Replace() -> RowsThatStay.NONE;
      case WriteMode.Append(), WriteMode.Merge _, WriteMode.OverwritePartitions _ ->
          RowsThatStay.ALL;
    };
  }

  private Target.Foresight foresight(StreamedRelation relation, Optional<History.Recorded> latest) {
    boolean again =
        switch (relation.reading()) {
          case AGAIN -> true;
          case ONCE -> false;
        };
    return again && latest.filter(known -> known.inputs().equals(plan.inputs())).isPresent()
        ? Target.Foresight.LIKELY_SAME
        : Target.Foresight.LIKELY_CHANGED;
  }

  private History.Entry entry(History.Outcome outcome, Outcome.Changed changed) {
    return new History.Entry(
        run.runId(),
        key,
        outcome,
        started,
        mode(),
        plan.codeVersion(),
        changed.version,
        engine,
        plan.inputs(),
        Snapshots.current(session),
        changed.rows,
        changed.rowsWritten);
  }

  private String mode() {
    return switch (plan.mode()) {
      case WriteMode.Replace() -> "replace";
      case WriteMode.Append() -> "append";
      case WriteMode.Merge _ -> "merge";
      case WriteMode.OverwritePartitions _ -> "overwrite_partitions";
    };
  }

  private CommitMessage message(Outcome.Changed changed) {
    Map<String, Object> extra = new LinkedHashMap<>();
    extra.put("tarn", 1);
    extra.put("run_id", run.runId());
    extra.put("asset_key", key.toString());
    extra.put("code_version", plan.codeVersion());
    changed.version.ifPresent(version -> extra.put("data_version", version.toString()));
    return new CommitMessage(run.author(), "materialize " + key, Json.line(extra));
  }

  /** Carries check results out of a transaction that is to be rolled back. */
  static final class BlockingChecksFailed extends RuntimeException {
    private final transient List<CheckResult> results;

    BlockingChecksFailed(List<CheckResult> results) {
      super("a blocking check failed");
      this.results = new ArrayList<>(results);
    }

    List<CheckResult> results() {
      return results;
    }

    /** The blocking ones that failed, one line each. */
    String lines() {
      return String.join(
          "\n",
          results.stream()
              .filter(result -> !result.passed())
              .filter(result -> result.check().severity() == Check.Severity.BLOCKING)
              .map(
                  result ->
                      String.format(
                          Locale.ROOT,
                          "%s: %,d offending, %s",
                          result.check().name(),
                          result.offending(),
                          result.detail()))
              .toList());
    }
  }
}
