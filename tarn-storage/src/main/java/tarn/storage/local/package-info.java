/** Objects as files of this machine. */
@NullMarked
package tarn.storage.local;

import org.jspecify.annotations.NullMarked;
