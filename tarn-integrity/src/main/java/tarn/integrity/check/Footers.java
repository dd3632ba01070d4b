package tarn.integrity.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.ColumnRecord;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.StatisticsRecord;
import tarn.integrity.check.Inspection.Expectation;
import tarn.integrity.files.FileStore;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Session;

/** Compares every file's description of itself with the catalog's. */
final class Footers {
  private static final int PAGE = 1_000;

  private final Session session;
  private final FileStore store;
  private final Ledger ledger;
  private final Candidates candidates;
  private final StopSignal stop;
  private final Progress progress;
  private long table = -1;
  private List<ColumnRecord> columns = List.of();

  Footers(
      Session session,
      FileStore store,
      Ledger ledger,
      Candidates candidates,
      StopSignal stop,
      Progress progress) {
    this.session = session;
    this.store = store;
    this.ledger = ledger;
    this.candidates = candidates;
    this.stop = stop;
    this.progress = progress;
  }

  private record Task(FileRecord file, Expectation expectation) {}

  private record Result(Task task, Inspection inspection) {}

  void check(long files) {
    progress.phase("Reading footers", files, 0);
    Parallel.each(
        new Tasks(),
        store.parallelism(),
        task -> {
          stop.check();
          return new Result(task, Inspection.of(store, task.file, task.expectation));
        },
        this::note);
  }

  private void note(Result result) {
    progress.advance(1, 0);
    FileRecord file = result.task.file;
    if (result.inspection instanceof Inspection.Agrees
        || candidates.isSuspicious(file.sequence())) {
      return;
    }
    Diagnosis.of(
            store,
            file,
            result.task.expectation,
            ledger.find(file.key()),
            Level.FOOTER,
            Optional.empty())
        .ifPresent(finding -> candidates.add(finding, file));
  }

  private Expectation expectation(FileRecord file, List<StatisticsRecord> statistics) {
    if (file.isDelete()) {
      return Expectation.NOTHING;
    }
    if (file.tableId() != table) {
      table = file.tableId();
      columns = ColumnRecord.ofTable(session, table);
    }
    return new Expectation(columns, statistics);
  }

  /** Reads ahead a page at a time, so that a million files never stand in memory at once. */
  private final class Tasks implements Iterator<Task> {
    private final Deque<Task> ahead = new ArrayDeque<>();
    private long last = -1;
    private boolean more = true;

    @Override
    public boolean hasNext() {
      if (ahead.isEmpty() && more) {
        read();
      }
      return !ahead.isEmpty();
    }

    private void read() {
      List<FileRecord> page = CatalogReader.page(session, last, PAGE);
      more = page.size() == PAGE;
      if (page.isEmpty()) {
        return;
      }
      Map<Long, List<StatisticsRecord>> statistics =
          StatisticsRecord.between(session, page.getFirst().sequence(), page.getLast().sequence());
      for (FileRecord file : page) {
        ahead.add(
            new Task(file, expectation(file, statistics.getOrDefault(file.sequence(), List.of()))));
      }
      last = page.getLast().sequence();
    }

    @Override
    public Task next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ahead.removeFirst();
    }
  }
}
