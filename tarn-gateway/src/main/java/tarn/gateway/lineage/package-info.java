/** Which columns an asset's columns are made from. */
@NullMarked
package tarn.gateway.lineage;

import org.jspecify.annotations.NullMarked;
