/** A station's folder and its settings. */
@NullMarked
package tarn.station;

import org.jspecify.annotations.NullMarked;
