/** Deliveries: taken in at once, landed in the lake afterwards, never lost in between. */
@NullMarked
package tarn.gateway.ingest;

import org.jspecify.annotations.NullMarked;
