package tarn.lake;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock a table, taken before a transaction starts. DuckLake 1.5.5 lets two transactions delete
 * from one data file and loses one of the deletes, so writers of one table must take turns: the
 * threads of this process by Java's locks, other processes by the catalog's server when it has one.
 */
final class TableLocks implements AutoCloseable {
  private final ConcurrentMap<TableName, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Optional<PostgreSqlLocks> shared;

  TableLocks(Optional<PostgreSqlLocks> shared) {
    this.shared = shared;
  }

  /** Takes the locks in the tables' own order, so that two writers never wait for each other. */
  Held take(Collection<TableName> tables) {
    List<TableName> names = tables.stream().map(TableName::folded).distinct().sorted().toList();
    List<ReentrantLock> own =
        names.stream()
            .map(table -> locks.computeIfAbsent(table, _ -> new ReentrantLock()))
            .toList();
    own.forEach(ReentrantLock::lock);
    try {
      Optional<PostgreSqlLocks.Held> everywhere =
          names.isEmpty() ? Optional.empty() : shared.map(server -> server.take(names));
      return new Held(own, everywhere);
    } catch (RuntimeException | Error e) {
      own.reversed().forEach(ReentrantLock::unlock);
      throw e;
    }
  }

  @Override
  public void close() {
    shared.ifPresent(PostgreSqlLocks::close);
  }

  /** Gives the locks back when closed. */
  record Held(List<ReentrantLock> own, Optional<PostgreSqlLocks.Held> everywhere)
      implements AutoCloseable {

    /** What a commit must carry so that it fails when a lock was lost meanwhile. */
    String fenced(String extraInfo) {
      return everywhere.map(held -> held.fenced(extraInfo)).orElse(extraInfo);
    }

    /**
     * Sees to it that a commit of this holder that is still under way has ended, and that none can
     * come later.
     */
    void revoke() {
      everywhere.ifPresent(PostgreSqlLocks.Held::revoke);
    }

    @Override
    public void close() {
      try {
        everywhere.ifPresent(PostgreSqlLocks.Held::close);
      } finally {
        own.reversed().forEach(ReentrantLock::unlock);
      }
    }
  }
}
