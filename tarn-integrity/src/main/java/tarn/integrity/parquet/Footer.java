package tarn.integrity.parquet;

import java.util.List;

/**
 * What a Parquet file says about itself.
 *
 * @param length of the footer in bytes, as the file states it
 * @param dataEnd the offset behind the last byte that a column takes
 */
public record Footer(int length, long rows, List<Leaf> leaves, long dataEnd) {
  public Footer {
    leaves = List.copyOf(leaves);
  }
}
