/**
 * Opens a lake (a catalog and the data path it describes) and works on it: sessions, transactions,
 * snapshots.
 */
@NullMarked
package tarn.lake;

import org.jspecify.annotations.NullMarked;
