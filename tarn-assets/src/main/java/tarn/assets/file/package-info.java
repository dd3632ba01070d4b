/** Names files to the engine, and reads those that it cannot read by itself. */
@NullMarked
package tarn.assets.file;

import org.jspecify.annotations.NullMarked;
