package tarn.lake;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock a table, taken before a transaction starts. DuckLake 1.5.5 lets two transactions delete
 * from one data file and loses one of the deletes, so writers of one table must take turns.
 */
final class TableLocks {
  private final ConcurrentMap<TableName, ReentrantLock> locks = new ConcurrentHashMap<>();

  /** Takes the locks in the tables' own order, so that two writers never wait for each other. */
  Held take(Collection<TableName> tables) {
    List<ReentrantLock> held =
        tables.stream()
            .distinct()
            .sorted()
            .map(table -> locks.computeIfAbsent(table, _ -> new ReentrantLock()))
            .toList();
    held.forEach(ReentrantLock::lock);
    return () -> held.reversed().forEach(ReentrantLock::unlock);
  }

  /** Gives the locks back when closed. */
  @FunctionalInterface
  interface Held extends AutoCloseable {
    @Override
    void close();
  }
}
