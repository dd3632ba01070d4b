package tarn.lake;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * One transaction over some tables: their locks are held from before it starts until it has ended,
 * and it ends as written, as nothing written, or (with {@code catalog.commit-unknown}) as unknown.
 */
public final class Transaction {
  private Transaction() {}

  /** What the body wants to become of its work. */
  public sealed interface Decision<T> {
    T value();

    /** Make it visible. */
    record Commit<T>(T value, CommitMessage message) implements Decision<T> {}

    /** Leave the lake as it was. */
    record Discard<T>(T value) implements Decision<T> {}
  }

  /** What became of it. */
  public sealed interface Result<T> {
    T value();

    record Written<T>(T value, long snapshot) implements Result<T> {}

    record NothingWritten<T>(T value) implements Result<T> {}
  }

  /**
   * Runs {@code body} in a transaction of {@code session}. When it throws, nothing is written.
   *
   * @throws TarnException {@code catalog.conflict} when another writer came first (nothing
   *     written), {@code catalog.commit-unknown} when the commit's outcome could not be learned
   */
  public static <T> Result<T> run(
      Lake lake,
      Session session,
      Collection<TableName> tables,
      Function<Session, Decision<T>> body) {
    return run(lake, session, tables, body, COMMIT);
  }

  /** How a transaction is ended for good; a test puts a failing one here. */
  @FunctionalInterface
  interface Commit {
    void of(Session session);
  }

  private static final Commit COMMIT = session -> session.execute("COMMIT");

  static <T> Result<T> run(
      Lake lake,
      Session session,
      Collection<TableName> tables,
      Function<Session, Decision<T>> body,
      Commit commit) {
    Instant started = Instant.now();
    try (TableLocks.Held held = lake.locks().take(tables);
        CatalogPin _ = CatalogPin.begin(lake, session, lake.catalog())) {
      long base;
      Decision<T> decision;
      try {
        base = Snapshots.current(session);
        decision = body.apply(session);
      } catch (RuntimeException | Error e) {
        rollBack(session, e);
        removeLeftovers(lake, tables, started, e);
        lake.commits().failedBefore(e);
        throw e;
      }
      return switch (decision) {
        case Decision.Discard<T>(T value) -> {
          session.execute("ROLLBACK");
          yield new Result.NothingWritten<>(value);
        }
        case Decision.Commit<T>(T value, CommitMessage message) ->
            commit(lake, session, held, message, base, commit)
                .<Result<T>>map(snapshot -> new Result.Written<>(value, snapshot))
                .orElseGet(() -> new Result.NothingWritten<>(value));
      };
    }
  }

  private static void rollBack(Session session, Throwable reason) {
    try {
      session.execute("ROLLBACK");
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private static void removeLeftovers(
      Lake lake, Collection<TableName> tables, Instant started, Throwable reason) {
    try {
      Leftovers.remove(lake, tables, started);
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  /** The snapshot that the commit made; none when there was nothing to commit. */
  private static Optional<Long> commit(
      Lake lake,
      Session session,
      TableLocks.Held held,
      CommitMessage message,
      long base,
      Commit commit) {
    String extraInfo = held.fenced(message.extraInfo());
    try {
      session.execute(
          "CALL %s.set_commit_message(%s, %s, extra_info => %s)"
              .formatted(
                  Lake.NAME,
                  Sql.literal(message.author()),
                  Sql.literal(message.message()),
                  Sql.literal(extraInfo)));
    } catch (RuntimeException e) {
      rollBack(session, e);
      throw e;
    }
    long start = System.nanoTime();
    try {
      Optional<Long> made = committed(lake, session, extraInfo, base, commit, held);
      lake.commits()
          .ended(
              made.isPresent() ? CommitListener.Outcome.WRITTEN : CommitListener.Outcome.UNCHANGED,
              start);
      return made;
    } catch (TarnException e) {
      lake.commits().failed(e, start);
      throw e;
    }
  }

  private static Optional<Long> committed(
      Lake lake,
      Session session,
      String extraInfo,
      long base,
      Commit commit,
      TableLocks.Held held) {
    try {
      lake.commits().inTurn(() -> commit.of(session));
      return Snapshots.since(session, base, extraInfo);
    } catch (TarnException e) {
      rollBack(session, e);
      return Optional.of(resolve(lake, held, extraInfo, base, e));
    }
  }

  /**
   * A commit that failed is looked for before anyone is told: among the snapshots that are newer
   * than the one the transaction began with, because an earlier commit may bear the same extra
   * info. The table's lock is still held, so no later attempt can be among them; and before the
   * search the holder's right to commit is revoked, so that a server that is still busy with the
   * commit either has done it by then or never will.
   */
  private static long resolve(
      Lake lake, TableLocks.Held held, String extraInfo, long base, TarnException failure) {
    Optional<Long> found;
    try {
      held.revoke();
      try (Session fresh = lake.session()) {
        found = Snapshots.since(fresh, base, extraInfo);
      }
    } catch (TarnException e) {
      TarnException unknown =
          new TarnException(
              ErrorCode.COMMIT_UNKNOWN,
              "The commit failed and the catalog could not be asked what became of it: "
                  + failure.getMessage(),
              "When the catalog answers again, look in `tarn snapshots` before you run it again.",
              Effect.OUTCOME_UNKNOWN,
              failure);
      unknown.addSuppressed(e);
      throw unknown;
    }
    return found.orElseThrow(() -> failure);
  }
}
