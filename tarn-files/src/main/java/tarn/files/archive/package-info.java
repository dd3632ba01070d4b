/** Unpacks archives that may have been made to do harm. */
@NullMarked
package tarn.files.archive;

import org.jspecify.annotations.NullMarked;
