package tarn.files;

/**
 * A tensor of a safetensors file of a model.
 *
 * @param shape as {@code [2, 3]}
 * @param offset of its first byte in the file
 * @param length in bytes
 */
public record ModelTensor(
    String file,
    String tensor,
    String dtype,
    String shape,
    long parameters,
    long offset,
    long length) {}
