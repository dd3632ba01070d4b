/** Copies of the catalog, and of the files if so wished, and the way back from them. */
@NullMarked
package tarn.integrity.backup;

import org.jspecify.annotations.NullMarked;
