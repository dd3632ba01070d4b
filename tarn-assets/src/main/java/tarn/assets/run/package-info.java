/** Runs assets in the order of their dependencies, and says what became of each. */
@NullMarked
package tarn.assets.run;

import org.jspecify.annotations.NullMarked;
