package tarn.integrity.check;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.ColumnRecord;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.StatisticsRecord;
import tarn.integrity.catalog.Workspace;
import tarn.integrity.check.Inspection.Expectation;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.OpenFile;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Digest;
import tarn.integrity.ledger.Ledger;
import tarn.integrity.ledger.Ledger.Due;
import tarn.integrity.ledger.Ledger.Seen;
import tarn.integrity.ledger.Ledger.Verified;
import tarn.lake.Session;

/** Reads every byte of the files that are due, and compares their digests with the ledger's. */
final class Contents {
  private static final int PAGE = 500;
  private static final int FILES_BETWEEN_NOTES = 2_000;
  private static final Duration TIME_BETWEEN_NOTES = Duration.ofSeconds(5);

  private final Session session;
  private final FileStore store;
  private final Ledger ledger;
  private final Candidates candidates;
  private final Budget budget;
  private final StopSignal stop;
  private final Progress progress;
  private final List<Verified> verified = new ArrayList<>();
  private Instant lastNote = Instant.now();
  private Instant firstBegun = lastNote;
  private long filesRead;
  private boolean cutShort;

  Contents(
      Session session,
      FileStore store,
      Ledger ledger,
      Candidates candidates,
      Budget budget,
      StopSignal stop,
      Progress progress) {
    this.session = session;
    this.store = store;
    this.ledger = ledger;
    this.candidates = candidates;
    this.budget = budget;
    this.stop = stop;
    this.progress = progress;
  }

  /**
   * What was read.
   *
   * @param complete false when the budget ended before the files did
   */
  record Read(long files, long bytes, boolean complete) {}

  private record Task(FileRecord file, Due due) {}

  private record Result(Task task, Instant begun, Optional<Digest> digest) {}

  Read check(Optional<Duration> within) {
    Ledger.Plan plan = ledger.plan(Workspace.FILES, Workspace.LISTING, within);
    progress.phase("Reading contents", plan.files(), plan.bytes());
    try {
      Parallel.each(new Tasks(), store.parallelism(), this::read, this::note);
    } finally {
      keep();
    }
    return new Read(filesRead, budget.spent(), !cutShort);
  }

  private Result read(Task task) {
    stop.check();
    Instant begun = Instant.now();
    try (OpenFile open = store.open(task.file.path())) {
      return new Result(
          task,
          begun,
          Optional.of(
              Digest.of(
                  open,
                  bytes -> {
                    stop.check();
                    budget.spend(bytes);
                  })));
    } catch (IOException e) {
      // The diagnosis looks again and says why.
      return new Result(task, begun, Optional.empty());
    }
  }

  private void note(Result result) {
    FileRecord file = result.task.file;
    filesRead++;
    progress.advance(1, result.digest.map(Digest::size).orElse(0L));
    boolean right =
        result
            .digest
            .map(digest -> result.task.due.known().map(entry -> entry.matches(digest)).orElse(true))
            .orElse(false);
    if (right) {
      if (verified.isEmpty() || result.begun.isBefore(firstBegun)) {
        firstBegun = result.begun;
      }
      verified.add(
          new Verified(
              file.key(),
              file.kind(),
              file.fileId(),
              file.tableId(),
              result.digest.orElseThrow(),
              result.task.due.known().isPresent() ? Seen.BEFORE : Seen.FIRST));
    } else {
      diagnose(result.task);
    }
    if (verified.size() >= FILES_BETWEEN_NOTES
        || Instant.now().isAfter(lastNote.plus(TIME_BETWEEN_NOTES))) {
      keep();
    }
  }

  private void diagnose(Task task) {
    FileRecord file = task.file;
    List<StatisticsRecord> statistics =
        StatisticsRecord.between(session, file.sequence(), file.sequence())
            .getOrDefault(file.sequence(), List.of());
    Expectation expectation =
        file.isDelete()
            ? Expectation.NOTHING
            : new Expectation(ColumnRecord.ofTable(session, file.tableId()), statistics);
    Diagnosis.of(store, file, expectation, task.due.known(), Level.CONTENT, Optional.empty())
        .ifPresent(finding -> candidates.add(finding, file));
  }

  private void keep() {
    // What is written to a file after its reading began is seen by the next check.
    ledger.record(verified, firstBegun);
    verified.clear();
    lastNote = Instant.now();
  }

  /** Files in the order in which they are due; those that look wrong already are left out. */
  private final class Tasks implements Iterator<Task> {
    private final Deque<Task> ahead = new ArrayDeque<>();
    private long last;
    private boolean more = true;

    @Override
    public boolean hasNext() {
      if (budget.isSpent() && (more || !ahead.isEmpty())) {
        cutShort = true;
        return false;
      }
      while (ahead.isEmpty() && more) {
        read();
      }
      return !ahead.isEmpty();
    }

    private void read() {
      List<Due> page = ledger.due(last, PAGE);
      more = page.size() == PAGE;
      if (page.isEmpty()) {
        return;
      }
      last = page.getLast().position();
      Map<Long, FileRecord> files = new HashMap<>();
      CatalogReader.select(
              session,
              "WHERE f.sequence IN ("
                  + page.stream()
                      .map(due -> Long.toString(due.sequence()))
                      .collect(Collectors.joining(", "))
                  + ")")
          .forEach(file -> files.put(file.sequence(), file));
      for (Due due : page) {
        FileRecord file = files.get(due.sequence());
        if (file != null && !candidates.isSuspicious(due.sequence())) {
          ahead.add(new Task(file, due));
        }
      }
    }

    @Override
    public Task next() {
      if (ahead.isEmpty()) {
        throw new NoSuchElementException();
      }
      Task task = ahead.removeFirst();
      budget.begin(task.file.size());
      return task;
    }
  }
}
