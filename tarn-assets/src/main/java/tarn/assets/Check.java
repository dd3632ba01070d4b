package tarn.assets;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * A statement about a table that can be tried.
 *
 * <p>A blocking check is tried before the commit, on the rows as they would be: when it fails
 * nothing is written. One that does not block is tried at the same time, and its failure is only
 * recorded.
 */
public record Check(String name, Rule rule, Severity severity) {

  /** What a failure means. */
  public enum Severity {
    BLOCKING,
    WARNING
  }

  /** What is tried. */
  public sealed interface Rule {

    /** No row has a null in any of these columns. */
    record NotNull(List<String> columns) implements Rule {}

    /** No two rows are alike in these columns together. */
    record Unique(List<String> columns) implements Rule {}

    /** Each value that is not null is one of these. */
    record AcceptedValues(String column, List<String> values) implements Rule {}

    /** Each value that is not null stands in a column of another asset's table. */
    record Relationship(String column, AssetKey to, String toColumn) implements Rule {}

    /** The table has so many rows. */
    record RowCount(OptionalLong minimum, OptionalLong maximum) implements Rule {}

    /** The newest value of a date or timestamp column is at most this old. */
    record Freshness(String column, Duration maximumAge) implements Rule {}

    /** A query that returns the offending rows; it passes when there are none. */
    record Query(String sql) implements Rule {}
  }
}
