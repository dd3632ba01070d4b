package tarn.integrity.check;

import java.util.List;
import java.util.Optional;
import tarn.integrity.catalog.ColumnRecord;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.StatisticsRecord;
import tarn.integrity.check.Inspection.Expectation;
import tarn.integrity.files.FileStore;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Session;

/** Looks at one file as closely as can be, for those who are about to do something about it. */
public final class FileDiagnosis {
  private final Session session;
  private final FileStore store;
  private final Ledger ledger;

  /**
   * @param session whose workspace a {@link tarn.integrity.catalog.CatalogReader} has filled for
   *     the level {@code footer} or a higher one
   */
  public FileDiagnosis(Session session, FileStore store, Ledger ledger) {
    this.session = session;
    this.store = store;
    this.ledger = ledger;
  }

  /**
   * What is wrong with a file; empty when it is as it should be.
   *
   * @param level the highest to try: only {@code decode} has the engine read the file
   */
  public Optional<Finding> of(FileRecord file, Level level) {
    Optional<Finding> found =
        Diagnosis.of(
            store, file, expectation(file), ledger.find(file.key()), level, Optional.empty());
    return found.isPresent() || !level.includes(Level.DECODE)
        ? found
        : Decoding.decode(session, store, ledger, file);
  }

  /**
   * Why a file may not stand in for another.
   *
   * @param other where the file lies that is to take the place of {@code file}
   * @param path of that file
   */
  public Optional<String> unfit(FileRecord file, FileStore other, String path) {
    FileRecord elsewhere = file.at(path);
    return Diagnosis.of(
            other,
            elsewhere,
            expectation(file),
            ledger.find(file.key()),
            Level.CONTENT,
            Optional.empty())
        .map(finding -> finding.type().code() + ": " + finding.detail());
  }

  private Expectation expectation(FileRecord file) {
    if (file.isDelete()) {
      return Expectation.NOTHING;
    }
    List<StatisticsRecord> statistics =
        StatisticsRecord.between(session, file.sequence(), file.sequence())
            .getOrDefault(file.sequence(), List.of());
    return new Expectation(ColumnRecord.ofTable(session, file.tableId()), statistics);
  }
}
