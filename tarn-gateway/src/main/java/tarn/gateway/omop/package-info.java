/** The OMOP common data model, as far as deliveries must know it. */
@NullMarked
package tarn.gateway.omop;

import org.jspecify.annotations.NullMarked;
