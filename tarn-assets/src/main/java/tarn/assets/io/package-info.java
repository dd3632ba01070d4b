/** Every asset's way into the lake and out of it. */
@NullMarked
package tarn.assets.io;

import org.jspecify.annotations.NullMarked;
