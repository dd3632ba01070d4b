/** Writes a check's report for people and for programs. */
@NullMarked
package tarn.integrity.report;

import org.jspecify.annotations.NullMarked;
