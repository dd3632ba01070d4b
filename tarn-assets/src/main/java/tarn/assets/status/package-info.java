/** What has become of a station's assets so far, read from the lake in a few queries for all. */
@NullMarked
package tarn.assets.status;

import org.jspecify.annotations.NullMarked;
