/** What may be wrong with a lake: every class of finding, and one finding. */
@NullMarked
package tarn.integrity.finding;

import org.jspecify.annotations.NullMarked;
