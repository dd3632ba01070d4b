package tarn.files.tensor;

import java.util.List;

/**
 * A tensor of a file.
 *
 * @param offset of its first byte in the file
 * @param length in bytes
 */
record Tensor(String name, String dtype, List<Long> shape, long offset, long length) {

  long parameters() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, (one, other) -> one * other);
  }
}
