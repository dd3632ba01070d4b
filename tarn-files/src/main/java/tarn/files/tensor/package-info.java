/** Reads the headers of safetensors files, and checks all rules of the format. */
@NullMarked
package tarn.files.tensor;

import org.jspecify.annotations.NullMarked;
