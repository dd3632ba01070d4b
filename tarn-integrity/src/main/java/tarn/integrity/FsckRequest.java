package tarn.integrity;

import java.time.Duration;
import java.util.Optional;
import tarn.integrity.catalog.Scope;
import tarn.integrity.finding.Level;

/**
 * What a check is to do.
 *
 * @param within leave out contents that were compared more recently than this
 * @param limits how much may be read, and how fast
 * @param orphanAge a file that no catalog knows is left alone for so long: a writer may be about to
 *     commit it
 * @param deletionAge how long a file may wait to be removed
 */
public record FsckRequest(
    Level level,
    Scope scope,
    Optional<Duration> within,
    Limits limits,
    Duration orphanAge,
    Duration deletionAge) {

  /** How long DuckLake's own clean-up may be behind before that is worth a word. */
  public static final Duration DELETION_AGE = Duration.ofDays(7);

  /**
   * Bounds of the reading of contents.
   *
   * @param time after which no further file is begun
   * @param bytes after which no further file is begun
   * @param bytesPerSecond that are not exceeded
   */
  public record Limits(
      Optional<Duration> time, Optional<Long> bytes, Optional<Long> bytesPerSecond) {
    public static final Limits NONE =
        new Limits(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The whole lake, without limits, by someone who knows that nobody else writes. */
  public static FsckRequest of(Level level) {
    return new FsckRequest(
        level, Scope.EVERYTHING, Optional.empty(), Limits.NONE, Duration.ZERO, DELETION_AGE);
  }
}
