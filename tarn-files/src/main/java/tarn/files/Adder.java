package tarn.files;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.files.format.IndexTable;
import tarn.lake.CommitMessage;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.Tables;
import tarn.lake.Transaction;
import tarn.storage.StoredObject;

/**
 * Adds files to a collection: their bytes first, several at a time, then one transaction that makes
 * all of them visible.
 */
final class Adder {
  private static final int AT_ONCE = 4;

  /** Files that may wait for the table at a time, which bounds the memory. */
  private static final int WINDOW = 64;

  private static final int REMARKS = 100;

  private final Lake lake;
  private final BlobStore store;
  private final Formats formats;
  private final Progress progress;

  Adder(Lake lake, BlobStore store, Formats formats, Progress progress) {
    this.lake = lake;
    this.store = store;
    this.formats = formats;
    this.progress = progress;
  }

  AddResult add(Session session, AddRequest request) {
    return add(
        session,
        request.collection(),
        request.damaged(),
        sink -> {
          Inputs.Size planned = Inputs.size(request.paths());
          progress.phase("adding", planned.files(), planned.bytes());
          Intake intake = new Intake(store, formats, knownSizes(session, request.collection()));
          try (Pipeline pipeline = new Pipeline(intake, sink)) {
            new Inputs(request.archives(), store).each(request.paths(), pipeline::submit);
          }
        });
  }

  AddResult add(
      Session session, TableName collection, List<NamedFile> files, AddRequest.Damaged damaged) {
    return add(
        session,
        collection,
        damaged,
        sink -> {
          Intake intake = new Intake(store, formats, knownSizes(session, collection));
          try (Pipeline pipeline = new Pipeline(intake, sink)) {
            for (NamedFile each : files) {
              pipeline.submit(
                  new Item(each.path(), Optional.empty(), new Item.Content.OnDisk(each.file())));
            }
          }
        });
  }

  /** Gives files one after the other. */
  @FunctionalInterface
  interface Giver {
    void giveTo(Consumer<Added> sink);
  }

  AddResult add(Session session, TableName collection, AddRequest.Damaged damaged, Giver giver) {
    Collections.requireCollection(session, collection);
    Collections.requireChangeable(collection);
    Tally tally = new Tally();
    try (Staging staging = new Staging(session)) {
      giver.giveTo(added -> keep(added, staging, tally, collection));
      refuseFindings(tally, damaged);
      if (tally.files == 0) {
        throw new TarnException(
            ErrorCode.FILE_UNKNOWN,
            "There is no file to add to " + collection + ".",
            "Name files, folders or archives that hold some.");
      }
      staging.flush();
      return commit(session, staging, collection, tally);
    }
  }

  private void keep(Added added, Staging staging, Tally tally, TableName collection) {
    if (!tally.paths.add(added.path())) {
      throw new TarnException(
          ErrorCode.USAGE,
          "Two files would have the path `" + added.path() + "` in " + collection + ".",
          "Add them one after the other, or from folders of different names.");
    }
    tally.count(added);
    staging.add(added);
    progress.advance(1, added.reference().size());
  }

  private static void refuseFindings(Tally tally, AddRequest.Damaged damaged) {
    if (tally.findings.isEmpty() || damaged == AddRequest.Damaged.KEEP) {
      return;
    }
    throw new TarnException(
        ErrorCode.FILE_REFUSED,
        "%d of %d files cannot be read, so none was added: %s"
            .formatted(
                tally.unreadable,
                tally.files,
                String.join("; ", tally.findings.subList(0, Math.min(5, tally.findings.size())))),
        "Mend or leave out these files, or keep them as they are with --keep-unreadable.");
  }

  private LongPredicate knownSizes(Session session, TableName collection) {
    if (Tables.find(session, collection).isEmpty()) {
      return _ -> false;
    }
    Set<Long> sizes =
        new HashSet<>(
            session.query(
                "SELECT DISTINCT file.size FROM "
                    + collection.quoted()
                    + " WHERE file.size > "
                    + BlobStore.SMALL,
                row -> row.getLong(1)));
    return sizes::contains;
  }

  private AddResult commit(Session session, Staging staging, TableName collection, Tally tally) {
    List<TableName> tables = new ArrayList<>(List.of(collection, Collections.BLOBS));
    List<TableName> known = Indexes.of(session, collection.schema());
    tables.addAll(known);
    staging
        .indexes()
        .forEach(index -> tables.add(new TableName(collection.schema(), index.name())));
    Transaction.Result<Changes> result =
        Transaction.run(
            lake, session, tables, transaction -> write(transaction, staging, collection, known));
    Changes changes = result.value();
    OptionalLong snapshot =
        switch (result) {
          case Transaction.Result.Written<Changes>(_, long id) -> OptionalLong.of(id);
          case Transaction.Result.NothingWritten<Changes> _ -> OptionalLong.empty();
        };
    return tally.result(changes, snapshot);
  }

  record Changes(long added, long replaced, List<String> remarks) {}

  private Transaction.Decision<Changes> write(
      Session session, Staging staging, TableName collection, List<TableName> known) {
    Collections.create(session, collection);
    session.execute(
        """
        CREATE OR REPLACE TEMP TABLE tarn_files_changed AS
        SELECT a.path, c.path IS NOT NULL AS present FROM %s a LEFT JOIN %s c ON a.path = c.path
        WHERE c.path IS NULL OR a.sha256 IS DISTINCT FROM c.file.sha256
          OR a.uri IS DISTINCT FROM c.file.uri
          OR a.state <> c.file.state OR a.format IS DISTINCT FROM c.format"""
            .formatted(Staging.FILES, collection.quoted()));
    Changes counted =
        session
            .queryFirst(
                "SELECT count(*) FILTER (NOT present), count(*) FILTER (present)"
                    + " FROM temp.main.tarn_files_changed",
                row -> new Changes(row.getLong(1), row.getLong(2), List.of()))
            .orElseThrow();
    if (counted.added + counted.replaced == 0) {
      return new Transaction.Decision.Discard<>(counted);
    }
    requireBlobs(session);
    staging.indexes().forEach(index -> Indexes.prepare(session, index, collection));
    if (counted.replaced > 0) {
      session.execute(
          "DELETE FROM %s WHERE path IN (SELECT path FROM temp.main.tarn_files_changed WHERE present)"
              .formatted(collection.quoted()));
      for (TableName index : known) {
        Indexes.remove(
            session,
            index,
            collection,
            "SELECT path FROM temp.main.tarn_files_changed WHERE present");
      }
    }
    insertFiles(session, collection);
    List<String> remarks = new ArrayList<>();
    for (IndexTable index : staging.indexes()) {
      remarks.addAll(Indexes.write(session, index, collection));
    }
    return new Transaction.Decision.Commit<>(
        new Changes(counted.added, counted.replaced, remarks),
        message(collection, "add " + (counted.added + counted.replaced) + " files"));
  }

  /** What is staged and has changed. */
  static void insertFiles(Session session, TableName collection) {
    session.execute(
        """
        INSERT INTO %s SELECT path, {'uri': uri, 'offset': start::BIGINT, 'length': length::BIGINT,
            'size': size::BIGINT, 'sha256': sha256, 'media_type': media_type, 'etag': etag,
            'version': version, 'state': state},
          format, finding, modified_at::TIMESTAMPTZ, '%s'::TIMESTAMPTZ
        FROM %s WHERE path IN (SELECT path FROM temp.main.tarn_files_changed) ORDER BY path"""
            .formatted(collection.quoted(), Instant.now(), Staging.FILES));
  }

  static CommitMessage message(TableName collection, String what) {
    String run = UUID.randomUUID().toString();
    return new CommitMessage(
        System.getProperty("user.name", "tarn"),
        "files: " + what + ", " + collection,
        Json.line(Map.of("tarn", 1, "run_id", run, "collection", collection.toString())));
  }

  /**
   * A blob that was there already may have been without references, and removed since: nobody can
   * remove one from here on, as the lock is held.
   */
  private void requireBlobs(Session session) {
    List<String> keys =
        session
            .query(
                "SELECT DISTINCT sha256, uri FROM %s WHERE state <> 'external'"
                        .formatted(Staging.FILES)
                    + " AND path IN (SELECT path FROM temp.main.tarn_files_changed)",
                row -> row.getString(1))
            .stream()
            .map(BlobKeys::of)
            .toList();
    Set<String> reused = new LinkedHashSet<>(keys);
    reused.retainAll(present);
    for (String key : reused) {
      Optional<StoredObject> object = store.head(key);
      if (object.isEmpty()) {
        throw new TarnException(
            ErrorCode.STORAGE_CHANGED,
            "The blob " + store.location() + key + " was removed while it was being added again.",
            "Run the command again.",
            Effect.NOTHING_WRITTEN,
            null);
      }
    }
  }

  /** Keys of blobs that were found in the store. */
  private final Set<String> present = new HashSet<>();

  /** What was seen so far. */
  private final class Tally {
    private final Set<String> paths = new HashSet<>();
    private final List<String> findings = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private long files;
    private long bytes;
    private long blobs;
    private long blobBytes;
    private long unreadable;

    void count(Added added) {
      files++;
      bytes += added.reference().size();
      switch (added.novelty()) {
        case WRITTEN -> {
          blobs++;
          blobBytes += added.reference().size();
        }
        case PRESENT -> added.reference().sha256().map(BlobKeys::of).ifPresent(present::add);
      }
      added
          .finding()
          .ifPresent(
              finding -> {
                unreadable++;
                if (findings.size() < REMARKS) {
                  findings.add(added.path() + " " + finding);
                }
              });
      for (String remark : added.remarks()) {
        if (remarks.size() < REMARKS) {
          remarks.add(added.path() + ": " + remark);
        }
      }
    }

    AddResult result(Changes changes, OptionalLong snapshot) {
      List<String> all = new ArrayList<>(findings);
      all.addAll(remarks);
      all.addAll(changes.remarks());
      return new AddResult(
          files,
          bytes,
          changes.added(),
          changes.replaced(),
          files - changes.added() - changes.replaced(),
          new AddResult.Written(blobs, blobBytes),
          unreadable,
          all,
          snapshot);
    }
  }

  /** Takes files in several threads, and hands them on in their order in the caller's. */
  private static final class Pipeline implements AutoCloseable {
    private final Intake intake;
    private final Consumer<Added> sink;
    private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    private final Deque<Future<Added>> waiting = new ArrayDeque<>();
    private boolean failed;

    Pipeline(Intake intake, Consumer<Added> sink) {
      this.intake = intake;
      this.sink = sink;
    }

    void submit(Item item) {
      try {
        waiting.add(workers.submit(() -> intake.take(item)));
        if (waiting.size() >= WINDOW) {
          sink.accept(next());
        }
      } catch (RuntimeException e) {
        failed = true;
        throw e;
      }
    }

    private Added next() {
      try {
        return waiting.remove().get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TarnException(
            ErrorCode.INTERRUPTED, "Adding files was interrupted.", "Run the command again.");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException known) {
          throw known;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    @Override
    public void close() {
      try {
        while (!failed && !waiting.isEmpty()) {
          sink.accept(next());
        }
      } finally {
        workers.shutdownNow();
      }
    }
  }
}
