/** Looks into Python's pickles without ever loading one. */
@NullMarked
package tarn.files.pickle;

import org.jspecify.annotations.NullMarked;
