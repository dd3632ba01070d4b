package tarn.assets.io;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * An output as the engine can read it on one session, for as long as the work it was made for runs.
 *
 * @param select a SELECT without a semicolon, to be read on the session it was made for
 * @param reading how often {@code select} may be read
 * @param streamed rows handed to the engine so far, when this process hands them over itself: the
 *     IO manager compares it with the rows that were written, because a source that reads through
 *     the connection that writes has lost rows silently
 */
public record StreamedRelation(String select, Reading reading, LongSupplier streamed) {

  /** What {@link #streamed} says when the engine reads the rows itself. */
  public static final long UNCOUNTED = -1;

  /** How often an output can be read. */
  public enum Reading {
    /** Any number of times with the same rows, so a conflict can be retried. */
    AGAIN,
    /** Once: it is a stream. */
    ONCE
  }

  /** A query that the engine reads by itself, as often as it likes. */
  public static StreamedRelation query(String select) {
    return new StreamedRelation(select, Reading.AGAIN, () -> UNCOUNTED);
  }

  /** A stream that is read once and counts its rows. */
  public static StreamedRelation stream(String select, LongSupplier streamed) {
    return new StreamedRelation(select, Reading.ONCE, streamed);
  }

  /** Rows handed over, when they were counted. */
  OptionalLong count() {
    long rows = streamed.getAsLong();
    return rows == UNCOUNTED ? OptionalLong.empty() : OptionalLong.of(rows);
  }
}
