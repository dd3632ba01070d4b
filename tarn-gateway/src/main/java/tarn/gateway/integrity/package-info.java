/** Checks of the lake that the service makes. */
@NullMarked
package tarn.gateway.integrity;

import org.jspecify.annotations.NullMarked;
