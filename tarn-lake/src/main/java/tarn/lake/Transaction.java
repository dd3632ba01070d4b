package tarn.lake;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
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
    try (TableLocks.Held _ = lake.locks().take(tables)) {
      session.execute("BEGIN TRANSACTION");
      Decision<T> decision;
      try {
        decision = body.apply(session);
      } catch (RuntimeException | Error e) {
        rollBack(session, e);
        throw e;
      }
      return switch (decision) {
        case Decision.Discard<T>(T value) -> {
          session.execute("ROLLBACK");
          yield new Result.NothingWritten<>(value);
        }
        case Decision.Commit<T>(T value, CommitMessage message) ->
            new Result.Written<>(value, commit(lake, session, message));
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

  private static long commit(Lake lake, Session session, CommitMessage message) {
    session.execute(
        "CALL %s.set_commit_message(%s, %s, extra_info => %s)"
            .formatted(
                Lake.NAME,
                Sql.literal(message.author()),
                Sql.literal(message.message()),
                Sql.literal(message.extraInfo())));
    ReentrantLock commits = lake.commits();
    commits.lock();
    try {
      session.execute("COMMIT");
    } catch (TarnException e) {
      rollBack(session, e);
      return resolve(lake, message, e);
    } finally {
      commits.unlock();
    }
    return session
        .queryFirst(
            "FROM ducklake_last_committed_snapshot(" + Sql.literal(Lake.NAME) + ")",
            row -> row.getLong(1))
        .orElseThrow();
  }

  /** A commit that failed is looked for among the newest snapshots before anyone is told. */
  private static long resolve(Lake lake, CommitMessage message, TarnException failure) {
    try (Session fresh = lake.session()) {
      return Snapshots.withExtraInfo(fresh, message.extraInfo()).orElseThrow(() -> failure).id();
    } catch (TarnException e) {
      if (e == failure) {
        throw e;
      }
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
  }
}
