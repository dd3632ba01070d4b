/** Compares files with what the catalog and the ledger say about them, level by level. */
@NullMarked
package tarn.integrity.check;

import org.jspecify.annotations.NullMarked;
