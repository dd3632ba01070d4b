/** What the catalog knows of the lake's tables, as a caller may see it. */
@NullMarked
package tarn.gateway.catalog;

import org.jspecify.annotations.NullMarked;
