/** Tests of the whole program, run as a person runs it. */
@NullMarked
package tarn.it;

import org.jspecify.annotations.NullMarked;
