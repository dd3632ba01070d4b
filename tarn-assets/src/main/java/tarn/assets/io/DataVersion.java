package tarn.assets.io;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.lake.ContentSum;
import tarn.lake.Session;

/**
 * An order-independent hash of a table's content; {@code spec/lake-tables.md} defines it.
 *
 * @param engine the version whose {@code hash()} was summed; two versions' hashes may differ
 */
record DataVersion(String engine, ContentSum sum) {
  private static final Pattern TEXT = Pattern.compile("v1:([^:]+):(\\d+):([0-9a-f]{32})");

  /** The version of what a relation holds, all of it read for the purpose. */
  static DataVersion of(
      Session session, String engine, String relation, List<SchemaPlan.Target> columns) {
    ContentSum sum =
        session
            .queryFirst(
                "SELECT count(*), sum(%s) FROM %s".formatted(RowNumber.of(columns), relation),
                row -> {
                  Object total = row.getObject(2);
                  return ContentSum.of(
                      row.getLong(1),
                      total == null ? BigInteger.ZERO : new BigInteger(total.toString()));
                })
            .orElseThrow();
    return new DataVersion(engine, sum);
  }

  static Optional<DataVersion> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long rows = Long.parseLong(matcher.group(2));
    return Optional.of(
        new DataVersion(
            matcher.group(1), ContentSum.of(rows, new BigInteger(matcher.group(3), 16))));
  }

  /** The version of a table to which rows of another version are added. */
  DataVersion plus(ContentSum more) {
    return new DataVersion(engine, sum.plus(more));
  }

  long rows() {
    return sum.rows();
  }

  @Override
  public String toString() {
    return "v1:" + engine + ":" + sum.rows() + ":" + sum.hexadecimal();
  }
}
