/** The assets' dependencies, and the language that selects among them. */
@NullMarked
package tarn.assets.graph;

import org.jspecify.annotations.NullMarked;
