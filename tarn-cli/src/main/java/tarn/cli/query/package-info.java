/** Runs a query that only reads, and writes its result in one of several formats. */
@NullMarked
package tarn.cli.query;

import org.jspecify.annotations.NullMarked;
