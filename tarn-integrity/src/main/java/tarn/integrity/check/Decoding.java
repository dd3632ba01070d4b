package tarn.integrity.check;

import java.util.List;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.check.Inspection.Expectation;
import tarn.integrity.files.FileStore;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Has the engine read every value of every file, one file at a time. */
final class Decoding {
  private static final int PAGE = 500;

  private final Session session;
  private final FileStore store;
  private final Ledger ledger;
  private final Candidates candidates;
  private final Budget budget;
  private final StopSignal stop;
  private final Progress progress;

  Decoding(
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

  /** Says whether all files could be read within the budget. */
  boolean check(long files, long bytes) {
    progress.phase("Decoding pages", files, bytes);
    // What the engine keeps of a file that it read before would hide a change of it.
    session.execute("SET GLOBAL enable_external_file_cache = false");
    try {
      long last = -1;
      while (true) {
        List<FileRecord> page = CatalogReader.page(session, last, PAGE);
        for (FileRecord file : page) {
          stop.check();
          if (budget.isSpent()) {
            return false;
          }
          if (!candidates.isSuspicious(file.sequence())) {
            budget.begin(file.size());
            budget.spend(file.size());
            decode(session, store, ledger, file)
                .ifPresent(finding -> candidates.add(finding, file));
          }
          progress.advance(1, file.size());
        }
        if (page.size() < PAGE) {
          return true;
        }
        last = page.getLast().sequence();
      }
    } finally {
      session.execute("RESET GLOBAL enable_external_file_cache");
    }
  }

  /** Reads one file; a deletion vector has its own checksum and needs no engine. */
  static Optional<Finding> decode(
      Session session, FileStore store, Ledger ledger, FileRecord file) {
    if (!file.format().equals("parquet")) {
      return Optional.empty();
    }
    String key =
        file.encryptionKey()
            .filter(text -> !text.isEmpty())
            .map(
                text ->
                    ", encryption_config = {footer_key_value: from_base64(%s)}"
                        .formatted(Sql.literal(text)))
            .orElse("");
    try {
      session.query(
          "SELECT sum(hash(f)::HUGEINT) FROM read_parquet(%s, hive_partitioning = false%s) f"
              .formatted(Sql.literal(literalGlob(file.path())), key),
          row -> 1);
      return Optional.empty();
    } catch (TarnException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        throw new StoppedException();
      }
      if (e.code() == ErrorCode.ENGINE_OUT_OF_MEMORY) {
        throw e;
      }
      return Diagnosis.of(
          store,
          file,
          Expectation.NOTHING,
          ledger.find(file.key()),
          Level.DECODE,
          Optional.of("The engine cannot read it: " + firstLine(e.getMessage())));
    }
  }

  /** The engine repeats the statement below, with the file's key in it. */
  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /** The engine takes a path for a pattern. */
  private static String literalGlob(String path) {
    return path.replaceAll("([*?\\[])", "[$1]");
  }
}
