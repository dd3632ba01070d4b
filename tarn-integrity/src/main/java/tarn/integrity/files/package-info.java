/** Lists and reads the files that a catalog refers to, wherever they lie. */
@NullMarked
package tarn.integrity.files;

import org.jspecify.annotations.NullMarked;
