package tarn.integrity.report;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tarn.integrity.catalog.CatalogState;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Ledger;

/**
 * What a check found.
 *
 * @param scope as a person reads it
 * @param omitted findings beyond those that are kept
 * @param stillOpen findings of earlier checks of the same tables that are open, and that this one
 *     did not look for: it was of a lower level, or did not read those files
 */
public record FsckReport(
    String runId,
    Status status,
    Level level,
    String scope,
    Instant started,
    Instant finished,
    CatalogState catalog,
    Work work,
    Ledger.Coverage coverage,
    List<Finding> findings,
    long omitted,
    long stillOpen) {

  public FsckReport {
    findings = List.copyOf(findings);
  }

  /** How it ended. */
  public enum Status {
    CLEAN("clean"),
    FINDINGS("findings"),
    /** Nothing is known to be wrong, and not everything could be looked at. */
    INCOMPLETE("incomplete"),
    INTERRUPTED("interrupted");

    private final String text;

    Status(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /**
   * What was done for it.
   *
   * @param listed files that the store listed
   * @param young of these, files that no catalog knows and that are too new to judge
   * @param read files whose contents were read
   * @param complete false when a budget ended before the files did
   */
  public record Work(long listed, long young, long read, long readBytes, boolean complete) {}

  /** The same, beside what is still open. */
  public FsckReport withStillOpen(long count) {
    return new FsckReport(
        runId, status, level, scope, started, finished, catalog, work, coverage, findings, omitted,
        count);
  }

  /** What a check that was not interrupted came to. */
  public static Status status(List<Finding> findings) {
    if (findings.isEmpty()) {
      return Status.CLEAN;
    }
    return findings.stream().allMatch(each -> each.type() == FindingClass.UNVERIFIABLE)
        ? Status.INCOMPLETE
        : Status.FINDINGS;
  }

  public Optional<Instant> oldestVerified() {
    return coverage.oldest();
  }
}
