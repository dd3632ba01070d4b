/** The service: the only door to a station's data for others than its own commands. */
@NullMarked
package tarn.gateway;

import org.jspecify.annotations.NullMarked;
