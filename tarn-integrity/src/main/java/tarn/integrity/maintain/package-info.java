/** Keeps a lake's files few and its history as long as wished. */
@NullMarked
package tarn.integrity.maintain;

import org.jspecify.annotations.NullMarked;
