/** Opens the store that a location names. */
@NullMarked
package tarn.storage.connect;

import org.jspecify.annotations.NullMarked;
