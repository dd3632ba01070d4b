/** Checks that every byte the catalog promises is there and right, and keeps what it found. */
@NullMarked
package tarn.integrity;

import org.jspecify.annotations.NullMarked;
