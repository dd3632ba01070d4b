/** Reads the lake's catalog in one consistent snapshot and checks the rules it must keep. */
@NullMarked
package tarn.integrity.catalog;

import org.jspecify.annotations.NullMarked;
