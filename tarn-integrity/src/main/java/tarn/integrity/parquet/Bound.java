package tarn.integrity.parquet;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A smallest or largest value: comparable with others of the same column. */
public sealed interface Bound {

  /** Whole and decimal numbers, and the counts since an epoch that times are. */
  record Exact(BigDecimal number) implements Bound {}

  record Real(double number) implements Bound {}

  /** Text and bytes, which are ordered by their bytes. */
  record Text(String text) implements Bound {}

  /** Negative, zero or positive; bounds of different kinds are the same to each other. */
  static int compare(Bound left, Bound right) {
    return switch (left) {
      case Exact(BigDecimal number) ->
          right instanceof Exact(BigDecimal other) ? number.compareTo(other) : 0;
      // Not Double.compare: the two zeros are one number.
      case Real(double number) ->
          right instanceof Real(double other) ? number < other ? -1 : number > other ? 1 : 0 : 0;
      case Text(String text) ->
          right instanceof Text(String other)
              ? Arrays.compareUnsigned(
                  text.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8))
              : 0;
    };
  }

  /** As a person reads it. */
  default String display() {
    return switch (this) {
      case Exact(BigDecimal number) -> number.toPlainString();
      case Real(double number) -> Double.toString(number);
      case Text(String text) -> text.length() > 60 ? text.substring(0, 60) + "…" : text;
    };
  }
}
