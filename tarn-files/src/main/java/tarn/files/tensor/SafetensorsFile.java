package tarn.files.tensor;

import java.util.List;
import java.util.Map;

/**
 * A file's header.
 *
 * @param headerLength bytes of its JSON
 * @param tensors in the order of their places in the file
 */
record SafetensorsFile(long headerLength, Map<String, String> metadata, List<Tensor> tensors) {}
