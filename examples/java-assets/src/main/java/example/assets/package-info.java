/** A plugin of a station, as an example: assets in Java of each kind. */
@NullMarked
package example.assets;

import org.jspecify.annotations.NullMarked;
