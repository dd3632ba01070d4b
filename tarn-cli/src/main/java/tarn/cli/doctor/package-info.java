/** Looks at everything that Tarn needs, and says how to mend what is wrong. */
@NullMarked
package tarn.cli.doctor;

import org.jspecify.annotations.NullMarked;
