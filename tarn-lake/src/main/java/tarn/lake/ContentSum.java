package tarn.lake;

import java.math.BigInteger;

/**
 * How many rows there are, and the sum of their numbers modulo 2 to the 128th. Sums of parts add up
 * to the sum of the whole, in any order.
 */
public record ContentSum(long rows, long high, long low) {
  public static final ContentSum NONE = new ContentSum(0, 0, 0);

  /** From an engine's {@code count(*)} and {@code sum(…)}, a HUGEINT, null for no rows. */
  public static ContentSum of(long rows, BigInteger sum) {
    return new ContentSum(rows, sum.shiftRight(64).longValue(), sum.longValue());
  }

  public ContentSum plus(ContentSum other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new ContentSum(rows + other.rows, high + other.high + carry, sum);
  }

  /** The sum without a part that it holds. */
  public ContentSum minus(ContentSum part) {
    long difference = low - part.low;
    long borrow = Long.compareUnsigned(low, part.low) < 0 ? 1 : 0;
    return new ContentSum(rows - part.rows, high - part.high - borrow, difference);
  }

  /** 32 hexadecimal digits, the highest first. */
  public String hexadecimal() {
    return String.format("%016x%016x", high, low);
  }
}
