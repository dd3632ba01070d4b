/** Measures this program beside the engine alone, on the same machine, in the same run. */
@NullMarked
package tarn.bench;

import org.jspecify.annotations.NullMarked;
