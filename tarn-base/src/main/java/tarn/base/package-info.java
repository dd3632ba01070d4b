/** What every other module may use: errors, and the few formats they share. */
@NullMarked
package tarn.base;

import org.jspecify.annotations.NullMarked;
