package tarn.integrity.check;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import tarn.integrity.catalog.ColumnRecord;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.StatisticsRecord;
import tarn.integrity.check.FooterComparison.Disagreement;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.OpenFile;
import tarn.integrity.parquet.DamagedFileException;
import tarn.integrity.parquet.DeletionVector;
import tarn.integrity.parquet.Footer;
import tarn.integrity.parquet.Parquet;
import tarn.integrity.parquet.WrongKeyException;

/** What one look at a file's own description of itself found. */
sealed interface Inspection {

  /** It is whole and says what the catalog says. */
  record Agrees() implements Inspection {}

  /** It is whole and says something else. */
  record Disagrees(Disagreement disagreement) implements Inspection {}

  /** It is no whole file of its format. */
  record Damaged(String reason) implements Inspection {}

  /** It has the form of a whole encrypted file, and the catalog's key does not open it. */
  record Locked(String reason) implements Inspection {}

  record Missing() implements Inspection {}

  /** Nobody can say. */
  record Unknown(String reason) implements Inspection {}

  /** What the catalog says of a file beyond its own row. */
  record Expectation(List<ColumnRecord> columns, List<StatisticsRecord> statistics) {
    static final Expectation NOTHING = new Expectation(List.of(), List.of());
  }

  static Inspection of(FileStore store, FileRecord file, Expectation expectation) {
    try (OpenFile open = store.open(file.path())) {
      return compare(open, file, expectation)
          .<Inspection>map(Disagrees::new)
          .orElseGet(Agrees::new);
    } catch (NoSuchFileException e) {
      return new Missing();
    } catch (WrongKeyException e) {
      return new Locked(String.valueOf(e.getMessage()));
    } catch (DamagedFileException e) {
      return new Damaged(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Unknown(e.toString());
    }
  }

  private static Optional<Disagreement> compare(
      OpenFile open, FileRecord file, Expectation expectation) throws IOException {
    if (file.format().equals("puffin")) {
      return FooterComparison.ofDeletionVector(file, DeletionVector.read(open));
    }
    Footer footer = Parquet.footer(open, file.footerLength(), file.secret());
    return file.isDelete()
        ? FooterComparison.ofDeleteFile(file, footer)
        : FooterComparison.ofDataFile(
            file, footer, expectation.columns(), expectation.statistics());
  }
}
