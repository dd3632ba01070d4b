/** Moves lakes from one store and catalog to another. */
@NullMarked
package tarn.storage.move;

import org.jspecify.annotations.NullMarked;
