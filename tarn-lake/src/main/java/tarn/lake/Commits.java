package tarn.lake;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** The commits of one process: they take turns, and whoever listens hears how they end. */
final class Commits {
  private final ReentrantLock turn = new ReentrantLock();
  private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

  void listen(CommitListener listener) {
    listeners.add(listener);
  }

  void forget(CommitListener listener) {
    listeners.remove(listener);
  }

  /** A lock is cheaper than DuckLake's retries. */
  void inTurn(Runnable work) {
    turn.lock();
    try {
      work.run();
    } finally {
      turn.unlock();
    }
  }

  void ended(CommitListener.Outcome outcome, long startNanos) {
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    listeners.forEach(listener -> listener.ended(outcome, Optional.of(took)));
  }

  void failed(TarnException error, long startNanos) {
    ended(outcome(error), startNanos);
  }

  /** Says that a transaction failed before it came to its commit, if another writer was why. */
  void failedBefore(Throwable error) {
    if (error instanceof TarnException each && EngineErrors.isConflict(each)) {
      listeners.forEach(
          listener -> listener.ended(CommitListener.Outcome.CONFLICT, Optional.empty()));
    }
  }

  void retried() {
    listeners.forEach(CommitListener::retried);
  }

  private static CommitListener.Outcome outcome(TarnException error) {
    if (error.code() == ErrorCode.COMMIT_UNKNOWN) {
      return CommitListener.Outcome.UNKNOWN;
    }
    return EngineErrors.isConflict(error)
        ? CommitListener.Outcome.CONFLICT
        : CommitListener.Outcome.FAILED;
  }
}
