/** Reads TOML and remembers where each of its keys stands, so that an error can name the line. */
@NullMarked
package tarn.station.toml;

import org.jspecify.annotations.NullMarked;
