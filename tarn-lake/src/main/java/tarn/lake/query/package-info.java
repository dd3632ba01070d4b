/** A query's columns and result, as programs and people get it. */
@NullMarked
package tarn.lake.query;

import org.jspecify.annotations.NullMarked;
