/** Brings the engine's signed extensions and finds them again. */
@NullMarked
package tarn.lake.extension;

import org.jspecify.annotations.NullMarked;
