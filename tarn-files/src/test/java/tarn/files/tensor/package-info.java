@NullMarked
package tarn.files.tensor;

import org.jspecify.annotations.NullMarked;
