/** Runs checks on what is about to be committed and keeps their results. */
@NullMarked
package tarn.assets.check;

import org.jspecify.annotations.NullMarked;
