/** What a station's assets are, as one document for other programs. */
@NullMarked
package tarn.assets.manifest;

import org.jspecify.annotations.NullMarked;
