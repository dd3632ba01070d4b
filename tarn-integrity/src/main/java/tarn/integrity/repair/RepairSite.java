package tarn.integrity.repair;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.CatalogState;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.Invariants;
import tarn.integrity.catalog.Scope;
import tarn.integrity.check.FileDiagnosis;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.OpenFile;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Digest;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Lake;
import tarn.lake.Session;

/** What a repair works with: the lake as its catalog is now, its files, its ledger. */
final class RepairSite {
  private static final Duration NO_PATIENCE = Duration.ofDays(36_500);

  private final Lake lake;
  private final Session session;
  private final FileStore store;
  private final Ledger ledger;
  private CatalogState state;

  RepairSite(Lake lake, Session session, FileStore store) {
    this.lake = lake;
    this.session = session;
    this.store = store;
    this.ledger = Ledger.open(lake, session, store.root());
    this.state = read();
  }

  /** Looks at the catalog anew. */
  void refresh() {
    state = read();
  }

  private CatalogState read() {
    session.execute("BEGIN TRANSACTION");
    try {
      CatalogState read =
          new CatalogReader(session, store, lake.settings().dataPath())
              .read(Scope.EVERYTHING, Level.FOOTER);
      session.execute("COMMIT");
      return read;
    } catch (IOException e) {
      session.execute("ROLLBACK");
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "The data path " + lake.settings().dataPath() + " cannot be used: " + e,
          "Make it readable for this user, then try again.",
          e);
    }
  }

  Lake lake() {
    return lake;
  }

  Session session() {
    return session;
  }

  FileStore store() {
    return store;
  }

  Ledger ledger() {
    return ledger;
  }

  CatalogState state() {
    return state;
  }

  FileDiagnosis diagnosis() {
    return new FileDiagnosis(session, store, ledger);
  }

  Optional<FileRecord> file(Finding finding) {
    return file(finding.type(), finding.subject());
  }

  Optional<FileRecord> file(FindingClass type, String key) {
    return Planner.file(this, type, key);
  }

  long deletedRows(FileRecord file) {
    return session.queryFirst(Planner.deletedRowsQuery(file), row -> row.getLong(1)).orElse(0L);
  }

  /** Whether a file has the bytes that the ledger recorded. */
  boolean isProven(FileRecord file) {
    return ledger
        .find(file.key())
        .filter(
            entry -> {
              try (OpenFile open = store.open(file.path())) {
                return entry.matches(Digest.of(open, _ -> {}));
              } catch (IOException e) {
                return false;
              }
            })
        .isPresent();
  }

  /** What is wrong with the catalog itself now. */
  List<Finding> brokenRules() {
    return new Invariants(session).check(state, store.root(), NO_PATIENCE).findings();
  }
}
