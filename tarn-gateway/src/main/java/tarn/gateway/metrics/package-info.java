/** What the service counts and measures, for Prometheus. */
@NullMarked
package tarn.gateway.metrics;

import org.jspecify.annotations.NullMarked;
