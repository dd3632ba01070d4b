/**
 * What an author of assets works with: keys, outputs, write modes, checks. The rest of this module
 * is behind it.
 */
@NullMarked
package tarn.assets;

import org.jspecify.annotations.NullMarked;
