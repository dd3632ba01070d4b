/** Lands files: which are new, which rows are good, where the others go. */
@NullMarked
package tarn.assets.landing;

import org.jspecify.annotations.NullMarked;
