/** Whether the station's parts work, looked at in the background. */
@NullMarked
package tarn.gateway.health;

import org.jspecify.annotations.NullMarked;
