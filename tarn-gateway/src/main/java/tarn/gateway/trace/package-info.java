/** Follows requests through the service, for OpenTelemetry. */
@NullMarked
package tarn.gateway.trace;

import org.jspecify.annotations.NullMarked;
