/** Runs that the service starts, and what is heard of them while they go on. */
@NullMarked
package tarn.gateway.run;

import org.jspecify.annotations.NullMarked;
