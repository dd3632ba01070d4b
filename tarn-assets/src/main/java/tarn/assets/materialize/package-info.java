/** Runs assets in the order of their dependencies. */
@NullMarked
package tarn.assets.materialize;

import org.jspecify.annotations.NullMarked;
