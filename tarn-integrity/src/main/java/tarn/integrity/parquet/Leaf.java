package tarn.integrity.parquet;

import java.util.List;
import java.util.Optional;

/**
 * A column that holds values, and what all row groups together say of them.
 *
 * @param path names from the root of the schema to the column
 * @param fieldId by which the lake knows the column
 * @param values how many there are, nulls included
 * @param nulls how many of them are null; empty when a row group does not say
 * @param bytes that the column takes, compressed
 * @param lowest empty when a row group does not say or none has a value
 */
public record Leaf(
    List<String> path,
    Optional<Integer> fieldId,
    LeafType type,
    long values,
    Optional<Long> nulls,
    long bytes,
    Optional<Bound> lowest,
    Optional<Bound> highest) {

  public Leaf {
    path = List.copyOf(path);
  }

  public String name() {
    return String.join(".", path);
  }
}
