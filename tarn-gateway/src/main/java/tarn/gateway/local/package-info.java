/** How this machine's commands reach the lake while the service has it open. */
@NullMarked
package tarn.gateway.local;

import org.jspecify.annotations.NullMarked;
