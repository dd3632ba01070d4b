@NullMarked
package tarn.files.pickle;

import org.jspecify.annotations.NullMarked;
