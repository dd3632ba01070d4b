/** What every reader of a file format gives: rows for tables of the lake. */
@NullMarked
package tarn.files.format;

import org.jspecify.annotations.NullMarked;
