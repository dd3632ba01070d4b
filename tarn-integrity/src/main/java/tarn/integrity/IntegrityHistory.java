package tarn.integrity;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tarn.integrity.ledger.StoredFindings;
import tarn.integrity.ledger.StoredFindings.StoredFinding;
import tarn.integrity.ledger.StoredFindings.StoredRun;
import tarn.lake.Lake;
import tarn.lake.Session;

/** What checks found, for whoever shows it: the rows of {@code spec/ledger.md} as records. */
public final class IntegrityHistory {
  private final Lake lake;

  public IntegrityHistory(Lake lake) {
    this.lake = Objects.requireNonNull(lake);
  }

  /** The newest checks first. */
  public List<StoredRun> runs(int limit) {
    try (Session session = lake.catalogSession()) {
      return StoredFindings.runs(session, limit);
    }
  }

  /** What is wrong now, as far as the checks until now looked; errors first. */
  public List<StoredFinding> open() {
    try (Session session = lake.catalogSession()) {
      return StoredFindings.open(session);
    }
  }

  /** A finding that opened last under this id, whether it is still open or not. */
  public Optional<StoredFinding> finding(String id) {
    try (Session session = lake.catalogSession()) {
      return StoredFindings.byId(session, id);
    }
  }

  /**
   * Closes a finding by hand. The next check that meets it opens it anew.
   *
   * @param by who says so
   * @return whether it was open
   */
  public boolean resolve(String id, String by) {
    try (Session session = lake.catalogSession()) {
      return StoredFindings.resolve(session, id, by) > 0;
    }
  }
}
