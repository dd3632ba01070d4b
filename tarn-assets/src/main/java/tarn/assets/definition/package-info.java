/** Reads assets from a station's folder: SQL files, source declarations, plugins. */
@NullMarked
package tarn.assets.definition;

import org.jspecify.annotations.NullMarked;
